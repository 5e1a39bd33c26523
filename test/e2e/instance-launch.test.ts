import { workflow } from "../../participants/scenarios/instance-launch.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
