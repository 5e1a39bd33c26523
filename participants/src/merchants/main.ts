import { runService } from "../service.ts";
import { merchantsService } from "./service.ts";

await runService(merchantsService);
