import type { HistoryEvent } from "../machine/effect.ts";
import { isFinal, type SagaState } from "../machine/state.ts";
import type { Metrics } from "../metrics.ts";
import type { CommitMade } from "./drive.ts";

/** Counts what becomes of sagas. Label children are kept by definition: looking them up anew costs more than counting. */
export function createSagaMetrics(metrics: Metrics) {
  const started = new Map<string, { inc(): void }>();
  const finished = new Map<string, { inc(): void }>();
  const seconds = new Map<string, { observe(value: number): void }>();

  function happened(definition: string, event: HistoryEvent): void {
    switch (event.kind) {
      case "signalReceived":
        metrics.signals.labels(definition).inc();
        break;
      case "goingBack":
        metrics.goBacks.labels(definition).inc();
        break;
      case "lockGranted":
        metrics.locksGranted.labels(definition).inc();
        break;
      case "operatorActed":
        metrics.operatorActs.labels(event.verb).inc();
        break;
      case "storeRolledBack":
        metrics.sagasRolledBack.inc();
        break;
    }
  }

  return {
    started(definition: string, state: SagaState): void {
      remember(started, definition, () => metrics.sagasStarted.labels(definition)).inc();
      if (isFinal(state.status)) this.finished(definition, state);
      if (state.blocked) metrics.lockWaits.labels(definition).inc();
    },
    /** To be called after each commit with the states on both sides of it. */
    moved(definition: string, before: SagaState, after: SagaState, made: CommitMade): void {
      for (const event of made.history) happened(definition, event);
      for (let i = 0; i < made.inbox.length; i++) {
        const { command } = made.inbox[i]!;
        if (command.kind !== "complete") continue;
        metrics.completions.labels(made.results[i]?.refusal ? "refused" : command.outcome.kind).inc();
      }
      if (after.overdue && !before.overdue) metrics.sagasOverdue.labels(definition).inc();
      if (before.status === after.status) return;
      if (after.status === "SUSPENDED") metrics.sagasSuspended.labels(definition).inc();
      if (isFinal(after.status)) this.finished(definition, after);
    },
    refused(code: string): void {
      metrics.startsRefused.labels(code).inc();
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
