import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Completion, Condition, ScenarioKit } from "../../participants/scenarios/scenario.ts";
import { readDatabase } from "../../participants/src/database/database.ts";
import { faultMetadata } from "../../participants/src/faults.ts";
import { readToken } from "../../participants/src/tokens.ts";
import { rejected, type Saga } from "../../sdk/typescript/src/index.ts";
import { until } from "../../sdk/typescript/src/testing/until.ts";
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

  const kit: ScenarioKit = {
    id,
    client,
    async start(definition, input, { sagaId, faults = {} } = {}) {
      const chosen = sagaId ?? (notes.sagas.length === 0 ? id : `${id}-${notes.sagas.length + 1}`);
      const metadata = faultMetadata(faults);
      const { saga } = await client.start(definition, input as never, { sagaId: chosen, metadata });
      if (!notes.sagas.includes(saga.sagaId)) notes.sagas.push(saga.sagaId);
      return saga.sagaId;
    },
    get: (sagaId) => client.get(sagaId),
    history: (sagaId) => Array.fromAsync(client.history(sagaId)),
    async stepsThat(sagaId, kind) {
      const events = await kit.history(sagaId);
      return events.filter((event) => event.kind === kind).map(({ step = "" }) => step);
    },
    until: (sagaId, condition) =>
      until(client, sagaId, (saga) => holds(condition, saga), withinMs, describe(condition)),
    now: () => stage.advance(0),
    async advance(time) {
      await stage.advance(time);
    },
    signal: (sagaId, signal, payload = {}) => client.signal(sagaId, signal, payload as JsonObject, { identity }),
    token(sagaId, step) {
      return poll(`no service keeps a completion token of ${sagaId}, step ${step}`, async () => {
        const kept = Object.values(shop.services).map(({ database }) => readToken(database, sagaId, step));
        return (await Promise.all(kept)).find((token) => token !== undefined);
      });
    },
    complete: (token, completion) => client.complete(token, outcomeOf(completion)),
    async completeStep(sagaId, step, completion) {
      await kit.until(sagaId, ({ steps }) => steps.find(({ name }) => name === step)?.waitReason === "COMPLETION");
      await kit.complete(await kit.token(sagaId, step), completion);
    },
    heartbeat: (token) => client.heartbeat(token),
    cancel: (sagaId, why) => client.cancel(sagaId, acting(why)),
    retryStep: (sagaId, step, { input, reason: why } = {}) =>
      client.retryStep(sagaId, step, { ...acting(why), input: input as JsonObject }),
    resolveStep(sagaId, step, resolution) {
      const output = resolution.kind === "doApplied" ? ((resolution.output ?? {}) as JsonObject) : undefined;
      return client.resolveStep(sagaId, step, truths[resolution.kind], { ...acting(), output });
    },
    effects: (sagaId) => stage.effects(sagaId),
    async untilEffect(sagaId, action) {
      await poll(`${action} was not done for ${sagaId}`, async () => (await stage.effects(sagaId))[action]);
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

const truths = { doApplied: "DO_APPLIED", doNotApplied: "DO_NOT_APPLIED" } as const;

/** Looks until it finds something. Throws an Error that says what is not so where it does not. */
async function poll<T>(complaint: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(complaint);
    await delay(15);
  }
}

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
