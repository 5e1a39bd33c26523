import { type Api, type ApiOptions, createApi, type ListeningApi } from "../../orchestrator/src/api/api.ts";
import type { ApiDeps, ParticipantView } from "../../orchestrator/src/api/ports.ts";
import { createDefinitionCatalog } from "../../orchestrator/src/catalog.ts";
import { createLogger } from "../../orchestrator/src/logger.ts";
import { begin } from "../../orchestrator/src/machine/transition.ts";
import { createMetrics } from "../../orchestrator/src/metrics.ts";
import { createScriptedStore, type ScriptedStore } from "./scripted-store.ts";

export const ORDER = `
name: order
deadline: 60s
labels: { team: shop }
steps:
  - name: reserve
    call: { participant: inventory, action: reserve }
  - name: charge
    call: { participant: payment, action: charge, input: { amount: input.amount } }
`;

/** A step of every kind. */
const TOUR = `
name: tour
lock: input.room
output: { id: steps.reserve.output.id }
steps:
  - name: reserve
    call: { participant: inventory, action: reserve }
  - name: nap
    sleep: 10s
  - name: approval
    await: { signal: approved, timeout: 60s }
    go_back: reserve
  - name: ship
    for_each: { items: input.parcels, call: { participant: inventory, action: ship }, concurrency: 2 }
  - name: billing
    saga: { definition: order }
`;

export const PARTICIPANTS: readonly ParticipantView[] = ["payment", "inventory"].map((name) => ({
  name,
  address: `${name}:50051`,
  transport: "serve",
  breakers: {
    forward: { state: "closed", openedAt: undefined },
    backward: { state: "open", openedAt: 1_700_000_000_500 },
  },
  inFlight: 1,
  maxInFlight: 64,
}));

export interface TestDeps extends ApiDeps {
  readonly store: ScriptedStore;
}

/** Everything the API needs, over a scripted store that already knows the definitions `order` and `tour`. */
export async function createTestDeps(overrides: Partial<ApiDeps> = {}): Promise<TestDeps> {
  const store = createScriptedStore();
  const catalog = createDefinitionCatalog({ store, participants: () => PARTICIPANTS.map(({ name }) => name) });
  await catalog.register("default", { text: ORDER });
  await catalog.register("default", { text: TOUR });
  return {
    catalog,
    async start({ header, plan, input, deadlineMs }) {
      const at = store.now();
      const first = begin(plan, { input, sagaId: header.sagaId, deadlineMs, now: at, blocked: false });
      const then = { kind: "hold" } as const;
      return store.start({ header, state: first.state, history: first.history, at, then });
    },
    participants: () => PARTICIPANTS,
    cluster: () => ({
      version: "1.2.3",
      partitions: 8,
      replicas: [{ id: "a", seenAt: 1_700_000_000_000, leaseMs: 5_000 }],
      store: "scripted 1",
      warnings: [],
    }),
    metrics: createMetrics(),
    logger: createLogger({ level: "silent", replica: "test" }),
    ...overrides,
    store,
  };
}

export const LOOPBACK: ApiOptions = {
  grpc: { host: "127.0.0.1", port: 0, maxConnectionAgeMs: 600_000, reflection: false },
  connect: { host: "127.0.0.1", port: 0 },
  auth: { tokenHashes: [], allowUnauthenticated: false },
};

/** A listening API over a scripted store. Stop it at the end. */
export async function startTestApi(
  overrides: Partial<ApiDeps> = {},
  options: ApiOptions = LOOPBACK,
): Promise<{ readonly deps: TestDeps; readonly api: ListeningApi }> {
  const deps = await createTestDeps(overrides);
  const api: Api = createApi(deps, options);
  return { deps, api: await api.listen() };
}
