import { runService } from "../service.ts";
import { journeysService } from "./service.ts";

await runService(journeysService);
