import { runService } from "../service.ts";
import { deliveryService } from "./service.ts";

await runService(deliveryService);
