import { workflow } from "../../participants/scenarios/ride.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
