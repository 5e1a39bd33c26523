import { workflow } from "../../participants/scenarios/journey.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
