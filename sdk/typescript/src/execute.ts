/**
 * Runs commands, whichever way they came. Rules:
 *  R1 a call past its deadline never reaches its handler;
 *  R2 a command whose idempotency key is running already joins that call: one run, one answer for all who wait;
 *  R3 a call is aborted when nobody waits for it any more or its deadline passes; a later attempt waits until it has
 *     ended, since a second run beside it could apply the effect twice, takes its answer if there is one, and else
 *     runs anew; but it does not wait for ever: a handler that hangs would otherwise hold every later attempt;
 *  R4 a handler that returns at once costs no promise, and one that never looks at its signal no AbortController.
 */
import { type Outcome, outcomeOfReturn, outcomeOfThrow, RetryAfter, status } from "./answers.ts";
import { CallContext, type Command, type DoContext, readPayload, type UndoContext } from "./context.ts";

/** How long after its deadline a hanging call still holds later attempts. */
const holdsAfterDeadlineMs = 60_000;

/** A handler with its types erased, as the executor calls it. */
export type Handler<Context> = (input: never, context: Context) => unknown;

/** An action as the executor sees it. */
export interface ErasedAction {
  do: Handler<DoContext>;
  undo?: Handler<UndoContext> | undefined;
}

/** Where a participant reports its handlers' failures; pino and console both fit. Payloads are never among the fields. */
export interface Logger {
  error(fields: Record<string, unknown>, message: string): void;
}

/** Who waits for an answer. Called at most once, maybe before run() returns. */
export interface Waiter {
  answer(outcome: Outcome): void;
}

/** A call that a waiter may leave. */
export interface Call {
  leave(waiter: Waiter): void;
}

/** Runs the commands of one server. */
export interface Executor {
  /** Answers the waiter when the command is over. Gives the call that runs it, or undefined if it was refused at once. */
  run(command: Command, waiter: Waiter): Call | undefined;
  /** Calls whose handler has not ended. */
  inFlight(): number;
  /** Settles when no call is in flight. */
  whenIdle(): Promise<void>;
  /** Aborts every call's signal. */
  abortAll(): void;
}

/** Makes the executor of these actions. */
export function createExecutor(actions: ReadonlyMap<string, ErasedAction>, known: string, logger?: Logger): Executor {
  const byKey = new Map<string, RunningCall>();
  let inFlight = 0;
  let idle: (() => void)[] = [];

  function refuse(waiter: Waiter, code: number, message: string): undefined {
    waiter.answer({ kind: "error", status: code, message });
  }

  function end(call: RunningCall, outcome: Outcome): void {
    inFlight--;
    const key = call.command.context.idempotencyKey;
    if (byKey.get(key) === call) byKey.delete(key);
    call.settle(outcome);
    if (inFlight === 0 && idle.length > 0) {
      for (const resolve of idle) resolve();
      idle = [];
    }
  }

  function start(call: RunningCall, action: ErasedAction | undefined, handler: Handler<UndoContext>): void {
    const { command } = call;
    call.begin();
    try {
      const value = handler.call(action, readPayload(command.input) as never, new CallContext(command, call));
      if (isThenable(value)) {
        value.then(
          (result) => succeed(call, result),
          (error) => fail(call, error),
        );
      } else {
        succeed(call, value);
      }
    } catch (error) {
      fail(call, error);
    }
  }

  /** The aborted call that `call` waited for has ended. An abort is no answer, nor is any other technical failure. */
  function follow(
    call: RunningCall,
    outcome: Outcome,
    action: ErasedAction | undefined,
    handler: Handler<UndoContext>,
  ) {
    const wanted = !call.isAborted && Date.now() < call.deadlineMs;
    if (outcome.kind === "error" && wanted) start(call, action, handler);
    else end(call, outcome);
  }

  function fail(call: RunningCall, error: unknown): void {
    const outcome = outcomeOfThrow(error);
    if (outcome.kind === "error" && !(error instanceof RetryAfter)) report(call.command, error);
    end(call, outcome);
  }

  function succeed(call: RunningCall, value: unknown): void {
    const outcome = outcomeOfReturn(value, call.command.direction);
    if (outcome.kind === "error" && !(value instanceof RetryAfter)) report(call.command, new Error(outcome.message));
    end(call, outcome);
  }

  function report(command: Command, err: unknown): void {
    const { namespace, sagaId, step, action, attempt } = command.context;
    const fields = { namespace, saga_id: sagaId, step, action, direction: command.direction, attempt, err };
    logger?.error(fields, "a handler failed");
  }

  return {
    run(command, waiter) {
      const context = command.context;
      const now = Date.now();
      if (now >= command.deadlineMs) return refuse(waiter, status.deadlineExceeded, "the deadline has passed");
      const action = actions.get(context.action);
      const handler = command.direction === "do" ? action?.do : action?.undo;
      if (handler === undefined) {
        const problem = action === undefined ? "no such action" : "this action has no undo";
        return refuse(waiter, status.unimplemented, `${problem}: "${context.action}"; served here: ${known}`);
      }
      const key = context.idempotencyKey;
      if (key === "") return refuse(waiter, status.invalidArgument, "the command has no idempotency key");
      const running = byKey.get(key);
      const before = running !== undefined && now < running.holdsUntilMs ? running : undefined;
      if (before !== undefined && !before.isAborted) {
        before.join(waiter, command.deadlineMs);
        return before;
      }
      const holder = before?.holder;
      const call = new RunningCall(command, waiter, holder);
      inFlight++;
      byKey.set(key, call);
      if (holder === undefined) start(call, action, handler);
      else holder.onEnd((outcome) => follow(call, outcome, action, handler));
      return call;
    },
    inFlight: () => inFlight,
    whenIdle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    abortAll() {
      for (const call of byKey.values()) call.abort();
    },
  };
}

class RunningCall implements Call {
  readonly command: Command;
  deadlineMs: number;
  private waiters: Waiter[];
  /** The call whose handler runs: this one, or an aborted one that it waits for. */
  holder: RunningCall;
  private endListeners: ((outcome: Outcome) => void)[] | undefined;
  private aborted = false;
  private ended = false;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(command: Command, waiter: Waiter, holder: RunningCall | undefined) {
    this.command = command;
    this.deadlineMs = command.deadlineMs;
    this.waiters = [waiter];
    this.holder = holder ?? this;
  }

  get isAborted(): boolean {
    return this.aborted;
  }

  /** Until when no later attempt may run beside it. A call that only waits for another adds nothing to that. */
  get holdsUntilMs(): number {
    return this.holder.deadlineMs + holdsAfterDeadlineMs;
  }

  onEnd(listener: (outcome: Outcome) => void): void {
    this.endListeners ??= [];
    this.endListeners.push(listener);
  }

  /** Its handler is called now. */
  begin(): void {
    this.holder = this;
  }

  join(waiter: Waiter, deadlineMs: number): void {
    this.waiters.push(waiter);
    if (deadlineMs > this.deadlineMs) this.deadlineMs = deadlineMs;
  }

  leave(waiter: Waiter): void {
    const at = this.waiters.indexOf(waiter);
    if (at < 0) return;
    this.waiters.splice(at, 1);
    if (this.waiters.length === 0) this.abort();
  }

  signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted || this.ended) this.controller.abort();
      else this.watchDeadline();
    }
    return this.controller.signal;
  }

  abort(): void {
    if (this.ended) return;
    this.aborted = true;
    clearTimeout(this.timer);
    this.controller?.abort();
  }

  settle(outcome: Outcome): void {
    this.ended = true;
    clearTimeout(this.timer);
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) waiter.answer(outcome);
    for (const listener of this.endListeners ?? []) listener(outcome);
  }

  private watchDeadline(): void {
    const left = this.deadlineMs - Date.now();
    // A later attempt that joins moves the deadline, so the timer looks again when it fires; setTimeout takes 31 bits.
    if (left <= 0) this.abort();
    else if (left !== Number.POSITIVE_INFINITY) {
      this.timer = setTimeout(() => this.watchDeadline(), Math.min(Math.ceil(left), 2 ** 31 - 1));
      this.timer.unref();
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}
