import { runService } from "../service.ts";
import { cloudService } from "./service.ts";

await runService(cloudService);
