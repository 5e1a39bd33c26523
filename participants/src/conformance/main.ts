import { runService } from "../service.ts";
import { conformanceService } from "./service.ts";

await runService(conformanceService);
