import { workflow } from "../../participants/scenarios/payment.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
