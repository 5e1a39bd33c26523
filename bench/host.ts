import { validateConfig } from "@backstitch/orchestrator/config.ts";
import { createOrchestrator } from "@backstitch/orchestrator/orchestrator.ts";
import { serveParent } from "./child.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { DEFINITION_OF, DEFINITIONS, OUTCOME_OF, order } from "./definitions.ts";
import type { Case } from "./options.ts";

/** What the parent may ask of the orchestrator's process. */
export type HostRequest =
  | { readonly kind: "ports" }
  /** The `engine` caller: sagas started inside the process, no ingress. */
  | { readonly kind: "run"; readonly case: Case; readonly concurrency: number; readonly seconds: number }
  /** Starts sagas that hang, and does not wait for them. */
  | { readonly kind: "hang"; readonly sagas: number }
  /** Finishes sagas without payloads: for the footprint. */
  | { readonly kind: "empty"; readonly sagas: number }
  /** Starts sagas that wait for a day that is far off. */
  | { readonly kind: "park"; readonly sagas: number };

const orchestrator = createOrchestrator(validateConfig(JSON.parse(process.argv[2]!), process.cwd()));
const ports = await orchestrator.start();
for (const definition of DEFINITIONS) await orchestrator.register(JSON.stringify(definition));

async function once(name: string, input: string, wanted: string): Promise<void> {
  const { state } = await orchestrator.run({ definition: name, input });
  if (state.status !== wanted) throw new Error(`a saga of ${name} ended ${state.status}`);
}

/** 256 at a time, spread over a year. */
async function startParked(sagas: number): Promise<void> {
  let left = sagas;
  const year = 365 * 86_400_000;
  const startOnesTurn = async () => {
    while (left-- > 0) {
      const until = new Date(Date.now() + 86_400_000 + (left / sagas) * year).toISOString();
      await orchestrator.begin({ definition: "bench-parked", input: JSON.stringify({ until }) });
    }
  };
  await Promise.all(Array.from({ length: 256 }, startOnesTurn));
}

process.on("SIGTERM", () => orchestrator.stop().then(() => process.exit(0)));

serveParent<HostRequest>(async (request) => {
  switch (request.kind) {
    case "ports":
      return ports;
    case "run":
      return runClosedLoop({
        concurrency: request.concurrency,
        seconds: request.seconds,
        once: () => once(DEFINITION_OF[request.case], JSON.stringify(order()), OUTCOME_OF[request.case]),
      });
    case "hang":
      for (let i = 0; i < request.sagas; i++) await orchestrator.begin({ definition: "bench-hung", input: "{}" });
      return undefined;
    case "park":
      await startParked(request.sagas);
      return undefined;
    case "empty":
      for (let left = request.sagas; left > 0; left -= 100) {
        await Promise.all(Array.from({ length: 100 }, () => once("bench-empty", "{}", "COMPLETED")));
      }
      return undefined;
  }
});
