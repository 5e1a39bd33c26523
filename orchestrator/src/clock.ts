/** Time that no one can set back: for measuring how long something takes. In ms. */
export function monotonicMs(): number {
  return performance.now();
}

/**
 * Runs `task` again and again with a pause between the end of one run and the start of the next. A run that throws
 * is reported and does not end the loop. Where `task` gives a number, that is the next pause.
 */
export interface Loop {
  /** Makes the next run come no later than in `ms`. */
  hurry(ms: number): void;
  /** No further run; resolves when the present one has ended. */
  stop(): Promise<void>;
}

export function createLoop(options: {
  readonly pauseMs: number;
  readonly task: () => Promise<unknown>;
  readonly onError: (thrown: unknown) => void;
}): Loop {
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let stopped = false;
  let running: Promise<void> | undefined;

  const schedule = (ms: number) => {
    if (stopped) return;
    clearTimeout(timer);
    due = monotonicMs() + ms;
    timer = setTimeout(() => {
      due = Number.POSITIVE_INFINITY;
      running = run();
    }, ms);
  };
  const run = async () => {
    let pause = options.pauseMs;
    try {
      const result = await options.task();
      if (typeof result === "number") pause = result;
    } catch (thrown) {
      options.onError(thrown);
    }
    running = undefined;
    // A hurry that came while the task ran has set `due` already.
    schedule(Math.max(0, Math.min(pause, due - monotonicMs())));
  };
  schedule(options.pauseMs);

  return {
    hurry(ms) {
      if (stopped || monotonicMs() + ms >= due) return;
      if (running) due = monotonicMs() + ms;
      else schedule(ms);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Resolves after so many ms, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
