import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Completion, Condition, ScenarioKit } from "../../participants/scenarios/scenario.ts";
import { readDatabase } from "../../participants/src/database/database.ts";
import { faultMetadata } from "../../participants/src/faults.ts";
import { readToken } from "../../participants/src/tokens.ts";
import { toMs } from "../../sdk/typescript/src/duration.ts";
import { isFinal, rejected, type Saga } from "../../sdk/typescript/src/index.ts";
import type { Stage } from "./stage.ts";

/** What is noted while a scenario is performed. */
export interface Notes {
  /** The ids of the sagas it started, in that order. */
  sagas: string[];
  outages: { from: Date; to: Date }[];
  /** What was otherwise than it should be. */
  surprises: string[];
}

/** How long something may take that needs no clock to be moved, in milliseconds. */
export const withinMs = 20_000;

/** Makes the kit of one performance; `id` begins the ids of its sagas, `reason` stands with its verbs. */
export function createKit(stage: Stage, id: string, reason: string): { kit: ScenarioKit; notes: Notes } {
  const { client, shop } = stage;
  const acting = (why = reason) => ({ reason: why, identity });
  const notes: Notes = { sagas: [], outages: [], surprises: [] };

  async function until(sagaId: string, condition: Condition): Promise<Saga> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const saga = await client.get(sagaId);
      if (holds(condition, saga)) return saga;
      const late = Date.now() > deadline;
      if (late || isFinal(saga)) throw new Error(`${describe(condition)} was not reached: ${stateOf(saga)}`);
      await delay(15);
    }
  }

  const kit: ScenarioKit = {
    id,
    client,
    async start(definition, input, { sagaId, faults = {}, ...options } = {}) {
      const chosen = sagaId ?? (notes.sagas.length === 0 ? id : `${id}-${notes.sagas.length + 1}`);
      const metadata = faultMetadata(faults);
      const { saga } = await client.start(definition, input as never, { ...options, sagaId: chosen, metadata });
      if (!notes.sagas.includes(saga.sagaId)) notes.sagas.push(saga.sagaId);
      return saga.sagaId;
    },
    get: (sagaId) => client.get(sagaId),
    history: (sagaId) => Array.fromAsync(client.history(sagaId)),
    until,
    now: () => stage.advance({ ms: 0 }),
    async advance(time) {
      await stage.advance(time instanceof Date ? { to: time } : { ms: toMs(time) });
    },
    signal: (sagaId, signal, payload = {}) => client.signal(sagaId, signal, payload as JsonObject, { identity }),
    async token(sagaId, step, direction = "do") {
      const deadline = Date.now() + withinMs;
      for (;;) {
        for (const { database } of Object.values(shop.services)) {
          const token = await readToken(database, sagaId, step, direction);
          if (token !== undefined) return token;
        }
        if (Date.now() > deadline) throw new Error(`no service keeps a completion token of ${sagaId}, step ${step}`);
        await delay(15);
      }
    },
    complete: (token, completion) => client.complete(token, outcomeOf(completion)),
    heartbeat: (token) => client.heartbeat(token),
    cancel: (sagaId, why) => client.cancel(sagaId, acting(why)),
    suspend: (sagaId, why) => client.suspend(sagaId, acting(why)),
    resume: (sagaId, why) => client.resume(sagaId, acting(why)),
    abandon: (sagaId, why) => client.abandon(sagaId, acting(why)),
    retryStep: (sagaId, step, { input, item, reason: why } = {}) =>
      client.retryStep(sagaId, step, { ...acting(why), item, input: input as JsonObject }),
    skipStep: (sagaId, step, { output, item, reason: why } = {}) =>
      client.skipStep(sagaId, step, { ...acting(why), item, output: output as JsonObject }),
    resolveStep(sagaId, step, resolution, { item, reason: why } = {}) {
      const output = resolution.kind === "doApplied" ? ((resolution.output ?? {}) as JsonObject) : undefined;
      return client.resolveStep(sagaId, step, truths[resolution.kind], { ...acting(why), item, output });
    },
    effects: (sagaId) => stage.effects(sagaId),
    async untilEffect(sagaId, action) {
      const deadline = Date.now() + withinMs;
      while (!(action in (await stage.effects(sagaId)))) {
        if (Date.now() > deadline) throw new Error(`${action} was not done for ${sagaId}`);
        await delay(15);
      }
    },
    read: (service, query) => readDatabase(shop.services[service]!.database, query),
    async killOrchestrator() {
      notes.outages.push(await stage.killOrchestrator());
    },
    check(what, holds) {
      if (!holds) notes.surprises.push(`it does not hold that ${what}`);
    },
  };
  return { kit, notes };
}

/** Who acts, as it stands in the histories. */
const identity = "the scenario";

const truths = { doApplied: "DO_APPLIED", doNotApplied: "DO_NOT_APPLIED", undoApplied: "UNDO_APPLIED" } as const;

function outcomeOf(completion: Completion) {
  switch (completion.kind) {
    case "done":
      return (completion.output ?? {}) as JsonObject;
    case "rejected":
      return rejected(completion.code, completion.message, completion.details as JsonObject | undefined);
    case "failed":
      return new Error(completion.message ?? "failed");
  }
}

function holds(condition: Condition, saga: Saga): boolean {
  if (typeof condition === "function") return condition(saga);
  if (typeof condition === "string") return saga.status === condition;
  return Object.entries(condition).every(
    ([name, status]) => saga.steps.find((step) => step.name === name)?.status === status,
  );
}

function describe(condition: Condition): string {
  if (typeof condition === "function") return `the condition ${condition}`;
  return typeof condition === "string" ? condition : JSON.stringify(condition);
}

/** Such as "RUNNING, reserve DONE, charge WAITING (BACKOFF)". */
export function stateOf(saga: Saga): string {
  const begun = saga.steps.filter(({ status }) => status !== "PENDING");
  const steps = begun.map(({ name, status, waitReason, failure }) => {
    const more = [waitReason, failure?.code].filter(Boolean).join(", ");
    return `${name} ${status}${more && ` (${more})`}`;
  });
  const why = saga.failure ? ` for ${saga.failure.code} ${saga.failure.message}` : "";
  return [`${saga.sagaId} is ${saga.status}${why}`, ...steps].join(", ");
}
