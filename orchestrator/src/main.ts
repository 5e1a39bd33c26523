import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { loadConfig } from "./config.ts";
import { BackstitchError } from "./errors.ts";
import { createOrchestrator } from "./orchestrator.ts";

const USAGE = `Usage: backstitch --config FILE

  --config FILE   YAML or JSON; see docs/configuration.md
  --check         check the configuration and end
  --help          show this

Environment: BACKSTITCH_REDIS_URL and BACKSTITCH_LOG_LEVEL win over the file.
Signals: SIGTERM and SIGINT hand everything over and end; a second one ends at once.
Exit status: 0 ended as asked, 1 failed, 2 the arguments or the configuration are wrong.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return void console.log(USAGE);
  if (!values.config) throw new BackstitchError("INVALID_REQUEST", `--config is missing\n\n${USAGE}`);
  const config = loadConfig(values.config, process.env);
  if (values.check) return void console.log("the configuration is right");

  const orchestrator = createOrchestrator(config);
  let signals = 0;
  const stop = () => {
    if (++signals > 1) process.exit(1);
    orchestrator.stop().then(
      () => process.exit(0),
      (thrown) => fail(thrown, 1),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const ports = await orchestrator.start();
  // Load makes the young generation grow; starting did not have to: see bin/backstitch.mjs.
  setFlagsFromString("--semi-space-growth-factor=2");
  // For whoever started us with port 0.
  process.send?.({ ready: true, ...ports });
}

function fail(thrown: unknown, status: number): never {
  console.error(thrown instanceof BackstitchError ? `backstitch: ${thrown.message}` : thrown);
  process.exit(status);
}

main().catch((thrown) => {
  const unknownOption = thrown instanceof TypeError && "code" in thrown;
  if (unknownOption) fail(new BackstitchError("INVALID_REQUEST", `${thrown.message}\n\n${USAGE}`), 2);
  fail(thrown, thrown instanceof BackstitchError && thrown.code === "INVALID_REQUEST" ? 2 : 1);
});
