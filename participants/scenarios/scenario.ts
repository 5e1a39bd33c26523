import type { Client, Duration, HistoryEvent, Saga, SagaStatus, StepStatus } from "../../sdk/typescript/src/index.ts";
import type { Sql } from "../src/database/database.ts";
import type { Faults } from "../src/faults.ts";

/**
 * A workflow of the samples, in `participants/scenarios/<name>.ts` as the export `workflow`. `npm start -- <name>` shows
 * its scenarios one after another; test/e2e/<name>.test.ts runs the same and asserts what must come of them.
 */
export interface Workflow {
  /** Of its definition and its files, such as "order-fulfilment". */
  name: string;
  /** The services it calls: folders of participants/src. Each runs as a process with a database of its own. */
  services: readonly string[];
  /** A happy path and each failure. */
  scenarios: readonly Scenario[];
  /** What to try by hand once `npm start` serves. */
  example: Example;
}

/** Calls for somebody who plays with a running server. */
export interface Example {
  /** Gives the input of a saga of the workflow's definition, at this time of the orchestrator's clock. */
  input: (now: Date) => object;
  /** Signals to send it, in order. */
  signals?: readonly { signal: string; payload?: object }[];
}

/** A story told with one or more sagas, and how it must end. */
export interface Scenario {
  /** Unique in the workflow, kebab-case: begins the ids of its sagas. */
  name: string;
  /** What happens, as a sentence without a full stop. */
  title: string;
  /** Why it ends as it does, in a sentence or two. */
  story: string;
  /** How each saga that `run` starts must end, in the order of the starts. */
  expect: Expected | readonly Expected[];
  /** Plays the outside world. It need not wait for the end: whoever runs it waits until all its sagas are as expected. */
  run(kit: ScenarioKit): Promise<void>;
}

/** How a saga must end. */
export interface Expected {
  /** Not always final: a scenario may end with a saga that waits for a person (SUSPENDED). */
  status: SagaStatus;
  /** The code of the saga's failure: why it was compensated, or why it is suspended. Unset: it has none. */
  failure?: string;
  /** The steps that matter; others are not looked at. */
  steps?: Readonly<Record<string, StepStatus>>;
  /** How often each "service.action" was done and undone, in the databases; by the children of the saga, too. Others: never. */
  effects: Readonly<Record<string, readonly [done: number, undone: number]>>;
}

/** What `until` waits for: a status of the saga, the statuses of some of its steps, or a condition of one's own. */
export type Condition = SagaStatus | Readonly<Record<string, StepStatus>> | ((saga: Saga) => boolean);

/** How a saga of a scenario is started. */
export interface ScenarioStart {
  /** Default: made of the scenario's name. */
  sagaId?: string;
  /** What goes wrong in this saga; see participants/src/faults.ts. */
  faults?: Faults;
}

/** What came of work that a participant answered with `pending`. */
export type Completion =
  | { kind: "done"; output?: object }
  | { kind: "rejected"; code: string; message?: string; details?: object }
  /** Failed technically, its effect unknown: it may be tried again. */
  | { kind: "failed"; message?: string };

/** What a person says really happened. */
export type Resolution = { kind: "doApplied"; output?: object } | { kind: "doNotApplied" };

/** What a scenario works with. Verbs that are refused throw a BackstitchError; their default reason is the scenario's title. */
export interface ScenarioKit {
  /** Unique to this performance, of a-z, 0-9 and '-': for what other scenarios must not touch, such as a lock's key. */
  readonly id: string;
  /** For whatever the kit has no word for. */
  readonly client: Client;
  /** Starts a saga and gives its id. It must end as the scenario's `expect` says. */
  start(definition: string, input: object, options?: ScenarioStart): Promise<string>;
  get(sagaId: string): Promise<Saga>;
  history(sagaId: string): Promise<HistoryEvent[]>;
  /** The steps of which its history tells something, such as "stepUndone", in that order. */
  stepsThat(sagaId: string, kind: string): Promise<string[]>;
  /** Waits until the condition holds, for some seconds at most; gives the saga. */
  until(sagaId: string, condition: Condition): Promise<Saga>;

  /** The time by the orchestrator's clock, which is ahead of ours once it was advanced. */
  now(): Promise<Date>;
  /** Moves that clock, such as "2d" or to a moment; answers when the sagas that it woke have come to rest. */
  advance(time: Duration | Date): Promise<void>;

  signal(sagaId: string, signal: string, payload?: object): Promise<Saga>;
  /** The completion token of a step that is pending, as its participant has kept it (participants/src/tokens.ts). */
  token(sagaId: string, step: string): Promise<string>;
  complete(token: string, completion: Completion): Promise<void>;
  /** Waits until a step is pending, then completes it. */
  completeStep(sagaId: string, step: string, completion: Completion): Promise<void>;
  /** Whether the work is still wanted. */
  heartbeat(token: string): Promise<{ cancelled: boolean }>;

  cancel(sagaId: string, reason?: string): Promise<Saga>;
  retryStep(sagaId: string, step: string, act?: { input?: object; reason?: string }): Promise<Saga>;
  resolveStep(sagaId: string, step: string, resolution: Resolution): Promise<Saga>;

  /** How often each "service.action" was done and undone for a saga and its children: `{"payment.charge": [1, 0]}`. */
  effects(sagaId: string): Promise<Record<string, [done: number, undone: number]>>;
  /** Waits until a "service.action" was done for a saga, whether or not its answer has come. */
  untilEffect(sagaId: string, action: string): Promise<void>;
  /** Reads the database of a service. */
  read<T>(service: string, query: (sql: Sql) => Promise<T>): Promise<T>;
  /** SIGKILL for the orchestrator, then a new process on the same ports. */
  killOrchestrator(): Promise<void>;
  /** Notes what is otherwise than it should be, in words: "the refund is half the price". */
  check(what: string, holds: boolean): void;
}
