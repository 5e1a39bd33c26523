import { runService } from "../service.ts";
import { paymentService } from "./service.ts";

await runService(paymentService);
