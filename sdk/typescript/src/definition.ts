import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type Duration, toProtoJson } from "./duration.ts";
import {
  type CallJson,
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
  onFailure?: OnFailure;
}

/** What a call can say. */
export interface CallOptions<Earlier extends string> extends StepOptions<Earlier> {
  /** Default: the saga's input. */
  input?: Mapping;
  /** The limit of one attempt. */
  timeout?: Duration;
  retry?: Retry;
  /** "none" for a step that only reads. Default: the Undo of the same action. */
  undo?: "none" | { input?: Mapping; timeout?: Duration; retry?: Retry };
  /** Marks the point of no return. */
  pivot?: boolean;
}

/** What a wait for a signal can say. */
export interface AwaitOptions<Earlier extends string> extends StepOptions<Earlier> {
  /** A CEL condition over `signal`. */
  condition?: string;
  timeout?: Duration;
}

/** What a saga can say beside its steps. */
export interface SagaOptions {
  description?: string;
  /** How long a saga may take before it is compensated. */
  deadline?: Duration;
  labels?: Record<string, string>;
  /** How long a finished saga is kept. */
  retention?: Duration;
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
  /** The definition as a message. The rules of a definition are checked by the server: see `client.validate`. */
  build(): SagaDefinition;
  /** The definition as JSON, ready for a JSON or YAML file. */
  toJson(): SagaDefinitionJson;
}

/** Begins a definition: `saga("order").call("reserve", "inventory.reserve").build()`. */
export function saga(name: string, options: SagaOptions = {}): SagaBuilder<never> {
  const { description, deadline, labels, retention } = options;
  const head = {
    name,
    ...given({ description, labels, deadline: maybe(deadline), retention: maybe(retention) }),
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
      const { condition, timeout } = options;
      return add({ name, await: { signal, ...given({ condition, timeout: maybe(timeout) }) }, ...common(options) });
    },
    toJson,
    build: () => fromJson(SagaDefinitionSchema, toJson() as JsonValue),
  };
}

function callOf(target: string, options: CallOptions<string>): CallJson {
  const dot = target.indexOf(".");
  if (dot <= 0 || dot === target.length - 1) throw new TypeError(`"${target}" is not "participant.action"`);
  const { input, timeout, retry, undo } = options;
  return {
    participant: target.slice(0, dot),
    action: target.slice(dot + 1),
    ...given({ input, timeout: maybe(timeout), retry: retry && retryOf(retry), undo: undo && undoOf(undo) }),
  };
}

function undoOf(undo: NonNullable<CallOptions<string>["undo"]>): CallJson["undo"] {
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

function common({ after, when, onFailure }: StepOptions<string>): Partial<StepJson> {
  return given({
    after: after && { steps: [...after] },
    when,
    onFailure: onFailure && (`ON_FAILURE_${onFailure}` as const),
  });
}

function maybe(duration: Duration | undefined): string | undefined {
  return duration === undefined ? undefined : toProtoJson(duration);
}

/** Leaves out what was not given, so that files stay short. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
