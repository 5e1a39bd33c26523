import { runService } from "../service.ts";
import { inventoryService } from "./service.ts";

await runService(inventoryService);
