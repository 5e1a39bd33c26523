import { runService } from "../service.ts";
import { orderService } from "./service.ts";

await runService(orderService);
