import { workflow } from "../../participants/scenarios/merchant-order.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
