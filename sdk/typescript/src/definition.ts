import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type Duration, toProtoJson } from "./duration.ts";
import {
  type CallJson,
  type GoBackJson,
  type LockJson,
  type RetryPolicyJson,
  type SagaDefinition,
  type SagaDefinitionJson,
  SagaDefinitionSchema,
  type StepJson,
} from "./gen/backstitch/v1/definition_pb.js";

/** How attempts are repeated: with growing, fully jittered delays, or after the delays of a schedule. */
export type Retry =
  | {
      /** In all, the first included. */
      maxAttempts?: number;
      initial?: Duration;
      multiplier?: number;
      max?: Duration;
    }
  | { schedule: readonly Duration[]; maxAttempts?: number };

/** What happens when a step fails for good. */
export type OnFailure = "COMPENSATE" | "CONTINUE" | "SUSPEND" | "RETRY";

/** A mapping: JSON in which every string is a CEL expression, such as "steps.reserve.output.order_id". */
export type Mapping = JsonValue;

/** What every kind of step can say. */
export interface StepOptions<Earlier extends string> {
  /** The steps to wait for; none: start at once. Default: the step before. */
  after?: readonly Earlier[];
  /** A CEL condition; where it is false the step is skipped. */
  when?: string;
  /** Default: COMPENSATE before the pivot, RETRY after it. */
  onFailure?: OnFailure;
  /**
   * The step to go back to when this one fails for good, before `onFailure` applies: what lies between is undone in
   * reverse and done anew. At most 3 times, whatever the failure, unless more is said.
   */
  goBack?: Earlier | GoBack<Earlier>;
}

/** Going back in detail. */
export interface GoBack<Earlier extends string> {
  to: Earlier;
  /** How often at most; then `onFailure` applies. 1 to 100, default 3. */
  times?: number;
  /** Only for failures with one of these codes. Default: for every one. */
  codes?: readonly string[];
}

/** How a participant is called. */
export interface CallRule {
  /** Default: the saga's input; in a forEach step the item, where it is an object. */
  input?: Mapping;
  /** The limit of one attempt. */
  timeout?: Duration;
  retry?: Retry;
  /** "none" for a step that only reads. Default: the Undo of the same action. */
  undo?: "none" | { input?: Mapping; timeout?: Duration; retry?: Retry };
  /** How long an answer of `pending` may wait for its completion; then the attempt has failed. Default: no limit. */
  completionTimeout?: Duration;
  /** The longest pause between heartbeats while an answer is pending; then the attempt has failed. Default: none are expected. */
  heartbeatTimeout?: Duration;
}

/** What a call can say. */
export interface CallOptions<Earlier extends string> extends StepOptions<Earlier>, CallRule {
  /** Marks the point of no return. */
  pivot?: boolean;
}

/** What a step that calls for each item of a list can say. Its expressions also read `item` and `index`. */
export interface ForEachOptions<Earlier extends string> extends StepOptions<Earlier>, CallRule {
  /** How many items are worked on at the same time, 1 to 100. Default 1. */
  concurrency?: number;
}

/** What a step that runs another saga can say. */
export interface ChildSagaOptions<Earlier extends string> extends StepOptions<Earlier> {
  /** Default: the latest at the moment the step starts. */
  version?: number;
  /** Default: the saga's input. */
  input?: Mapping;
}

/** What a wait for a signal can say. */
export interface AwaitOptions<Earlier extends string> extends StepOptions<Earlier> {
  /** A CEL condition over `signal`, the payload; signals that do not meet it are left for others. */
  condition?: string;
  /** A CEL condition over `signal`: where the signal that was taken meets it, the step is rejected. */
  reject?: string;
  /** How long to wait; then the step has failed with SIGNAL_TIMEOUT. Default: as long as it takes. */
  timeout?: Duration;
}

/** What only one saga at a time may work on: a CEL expression over the saga's input, or that in detail. */
export type Lock =
  | string
  | {
      key: string;
      /** Sagas exclude each other where name and key are the same. Default: the definition's name. */
      name?: string;
      /** Whether a saga whose lock another one holds is refused (default) or waits its turn. */
      whenHeld?: "REFUSE" | "WAIT";
    };

/** What a saga can say beside its steps. */
export interface SagaOptions {
  description?: string;
  /** How long a saga may take before it is compensated. Default: no limit. */
  deadline?: Duration;
  /** What every saga of this definition carries. */
  labels?: Record<string, string>;
  /** How long a finished saga is kept. Default: the server's retention. */
  retention?: Duration;
  /** Default: sagas do not keep each other out. */
  lock?: Lock;
  /** What a completed saga gives, a mapping over the input and all steps. Default: an empty object. */
  output?: Mapping;
}

/** Collects steps. `Steps` holds the names so far, so that `after` can only name an earlier one. */
export interface SagaBuilder<Steps extends string> {
  /** Adds a call; the target is "participant.action". Throws a TypeError if it is not. */
  call<Name extends string>(name: Name, target: string, options?: CallOptions<Steps>): SagaBuilder<Steps | Name>;
  /** Adds a wait for a time: a duration, or until a CEL expression's timestamp. */
  sleep<Name extends string>(
    name: Name,
    time: Duration | { until: string },
    options?: StepOptions<Steps>,
  ): SagaBuilder<Steps | Name>;
  /** Adds a wait for a signal. */
  await<Name extends string>(name: Name, signal: string, options?: AwaitOptions<Steps>): SagaBuilder<Steps | Name>;
  /**
   * Adds a call for each item of a list, which the CEL expression `items` gives. Every item has a Do and an Undo of its
   * own. Throws a TypeError if the target is not "participant.action".
   */
  forEach<Name extends string>(
    name: Name,
    items: string,
    target: string,
    options?: ForEachOptions<Steps>,
  ): SagaBuilder<Steps | Name>;
  /** Adds a step that runs another saga of this definition and waits for it. It is undone by compensating that saga. */
  saga<Name extends string>(
    name: Name,
    definition: string,
    options?: ChildSagaOptions<Steps>,
  ): SagaBuilder<Steps | Name>;
  /** The definition as a message. The rules of a definition are checked by the server: see `client.validate`. */
  build(): SagaDefinition;
  /** The definition as JSON, ready for a JSON or YAML file. */
  toJson(): SagaDefinitionJson;
}

/** Begins a definition: `saga("order").call("reserve", "inventory.reserve").build()`. */
export function saga(name: string, options: SagaOptions = {}): SagaBuilder<never> {
  const { description, deadline, labels, retention, lock, output } = options;
  const head = {
    name,
    ...given({ description, labels, deadline: maybe(deadline), retention: maybe(retention) }),
    ...given({ lock: lock === undefined ? undefined : lockOf(lock), output }),
  };
  return builderOf<never>(head, []);
}

function builderOf<Steps extends string>(head: SagaDefinitionJson, steps: readonly StepJson[]): SagaBuilder<Steps> {
  const toJson = (): SagaDefinitionJson => structuredClone({ ...head, steps: [...steps] });
  const add = <Name extends string>(step: StepJson) => builderOf<Steps | Name>(head, [...steps, step]);
  return {
    call: (name, target, options = {}) =>
      add({
        name,
        call: callOf(target, options),
        ...common(options),
        ...given({ pivot: options.pivot }),
      }),
    sleep: (name, time, options = {}) => {
      const sleep = typeof time === "object" ? { timestamp: time.until } : { duration: toProtoJson(time) };
      return add({ name, sleep, ...common(options) });
    },
    await: (name, signal, options = {}) => {
      const { condition, reject, timeout } = options;
      const wait = { signal, ...given({ condition, reject, timeout: maybe(timeout) }) };
      return add({ name, await: wait, ...common(options) });
    },
    forEach: (name, items, target, options = {}) => {
      const forEach = { items, call: callOf(target, options), ...given({ concurrency: options.concurrency }) };
      return add({ name, forEach, ...common(options) });
    },
    saga: (name, definition, options = {}) => {
      const { version, input } = options;
      return add({ name, saga: { definition, ...given({ version, input }) }, ...common(options) });
    },
    toJson,
    build: () => fromJson(SagaDefinitionSchema, toJson() as JsonValue),
  };
}

function callOf(target: string, options: CallRule): CallJson {
  const dot = target.indexOf(".");
  if (dot <= 0 || dot === target.length - 1) throw new TypeError(`"${target}" is not "participant.action"`);
  const { input, timeout, retry, undo, completionTimeout, heartbeatTimeout } = options;
  return {
    participant: target.slice(0, dot),
    action: target.slice(dot + 1),
    ...given({ input, timeout: maybe(timeout), retry: retry && retryOf(retry), undo: undo && undoOf(undo) }),
    ...given({ completionTimeout: maybe(completionTimeout), heartbeatTimeout: maybe(heartbeatTimeout) }),
  };
}

function undoOf(undo: NonNullable<CallRule["undo"]>): CallJson["undo"] {
  if (undo === "none") return { none: {} };
  const { input, timeout, retry } = undo;
  return { with: given({ input, timeout: maybe(timeout), retry: retry && retryOf(retry) }) };
}

function retryOf(retry: Retry): RetryPolicyJson {
  if ("schedule" in retry) {
    return { schedule: retry.schedule.map(toProtoJson), ...given({ maxAttempts: retry.maxAttempts }) };
  }
  const { maxAttempts, initial, multiplier, max } = retry;
  return given({ maxAttempts, initial: maybe(initial), multiplier, max: maybe(max) });
}

function common({ after, when, onFailure, goBack }: StepOptions<string>): Partial<StepJson> {
  return given({
    after: after && { steps: [...after] },
    when,
    onFailure: onFailure && (`ON_FAILURE_${onFailure}` as const),
    goBack: goBack === undefined ? undefined : goBackOf(goBack),
  });
}

function goBackOf(goBack: string | GoBack<string>): GoBackJson {
  if (typeof goBack === "string") return { to: goBack };
  const { to, times, codes } = goBack;
  return { to, ...given({ times, codes: codes && [...codes] }) };
}

function lockOf(lock: Lock): LockJson {
  if (typeof lock === "string") return { key: lock };
  const { key, name, whenHeld } = lock;
  return { key, ...given({ name, whenHeld: whenHeld && (`WHEN_HELD_${whenHeld}` as const) }) };
}

function maybe(duration: Duration | undefined): string | undefined {
  return duration === undefined ? undefined : toProtoJson(duration);
}

/** Leaves out what was not given, so that files stay short. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
