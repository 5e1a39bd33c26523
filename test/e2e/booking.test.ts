import { workflow } from "../../participants/scenarios/booking.ts";
import { describeWorkflow } from "../support/workflow.ts";

describeWorkflow(workflow);
