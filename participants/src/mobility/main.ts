import { runService } from "../service.ts";
import { mobilityService } from "./service.ts";

await runService(mobilityService);
