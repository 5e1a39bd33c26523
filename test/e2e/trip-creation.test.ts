import { workflow } from "../../participants/scenarios/trip-creation.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
