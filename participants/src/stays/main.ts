import { runService } from "../service.ts";
import { staysService } from "./service.ts";

await runService(staysService);
