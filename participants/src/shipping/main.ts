import { runService } from "../service.ts";
import { shippingService } from "./service.ts";

await runService(shippingService);
