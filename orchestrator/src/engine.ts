import { randomUUID } from "node:crypto";
import type { DefinitionCatalog } from "./catalog.ts";
import { BackstitchError } from "./errors.ts";
import { isFinal } from "./machine/state.ts";
import type { SagaKey, SagaRecord, Store } from "./store/store.ts";
import type { Worker } from "./worker/worker.ts";

/** A saga to start inside the process. */
export interface SagaToRun {
  readonly definition: string;
  /** JSON text of an object. */
  readonly input: string;
}

/** The orchestrator without its API: for programs that have it in their own process, such as the benchmark. */
export interface Engine {
  /** Registers a definition from YAML or JSON text in the default namespace. */
  register(text: string): Promise<void>;
  /** Starts a saga under a random id. */
  begin(saga: SagaToRun): Promise<SagaRecord>;
  /** The same, and waits until the saga is final. */
  run(saga: SagaToRun): Promise<SagaRecord>;
}

const NAMESPACE = "default";

export function createEngine(deps: {
  readonly store: Store;
  readonly catalog: DefinitionCatalog;
  readonly worker: Worker;
}): Engine {
  const { store, catalog, worker } = deps;

  async function start(sagaId: string, { definition, input }: SagaToRun): Promise<SagaRecord> {
    const plan = await catalog.latest(NAMESPACE, definition);
    const started = await worker.start({
      header: {
        namespace: NAMESPACE,
        sagaId,
        definition,
        version: plan.version,
        labels: plan.definition.labels,
        metadata: {},
        // A random id is never asked for again, so there is nothing to compare.
        contentDigest: "",
        parent: undefined,
        lock: undefined,
      },
      plan,
      input,
      deadlineMs: undefined,
    });
    if (started.kind === "started") return started.record;
    throw new BackstitchError("OVERLOADED", "the store is above its memory watermark");
  }

  return {
    async register(text) {
      await catalog.register(NAMESPACE, { text });
    },
    begin: (saga) => start(randomUUID(), saga),
    async run(saga) {
      const record = await start(randomUUID(), saga);
      // Watched from here on, not from before: its first commit cannot have been answered within this turn.
      return isFinal(record.state.status) ? record : untilFinal(record.header);
    },
  };

  function untilFinal(key: SagaKey): Promise<SagaRecord> {
    return new Promise((resolve, reject) => {
      const unwatch = store.watch(key, (change) => {
        if (!isFinal(change.status)) return;
        unwatch();
        if (change.record) resolve(change.record);
        else store.get(key).then((record) => resolve(record!), reject);
      });
    });
  }
}
