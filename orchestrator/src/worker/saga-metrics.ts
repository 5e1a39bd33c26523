import { isFinal, type SagaState } from "../machine/state.ts";
import type { Metrics } from "../metrics.ts";

/** Counts what becomes of sagas. Label children are kept by definition: looking them up anew costs more than counting. */
export function createSagaMetrics(metrics: Metrics) {
  const started = new Map<string, { inc(): void }>();
  const finished = new Map<string, { inc(): void }>();
  const seconds = new Map<string, { observe(value: number): void }>();

  return {
    started(definition: string, state: SagaState): void {
      remember(started, definition, () => metrics.sagasStarted.labels(definition)).inc();
      if (isFinal(state.status)) this.finished(definition, state);
    },
    /** To be called after each commit with the states on both sides of it. */
    moved(definition: string, before: SagaState, after: SagaState): void {
      if (before.status === after.status) return;
      if (after.status === "SUSPENDED") metrics.sagasSuspended.labels(definition).inc();
      if (isFinal(after.status)) this.finished(definition, after);
    },
    finished(definition: string, state: SagaState): void {
      const key = `${definition} ${state.status}`;
      const outcome = state.status.toLowerCase();
      remember(finished, key, () => metrics.sagasFinished.labels(definition, outcome)).inc();
      const took = ((state.finishedAt ?? state.createdAt) - state.createdAt) / 1000;
      remember(seconds, key, () => metrics.sagaSeconds.labels(definition, outcome)).observe(Math.max(0, took));
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
