import { workflow } from "../../participants/scenarios/delivery.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
