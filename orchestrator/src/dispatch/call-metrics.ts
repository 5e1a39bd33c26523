import type { Counter, Gauge, Histogram } from "prom-client";
import type { Outcome } from "../machine/event.ts";
import type { Direction } from "../machine/state.ts";
import type { Metrics } from "../metrics.ts";
import type { BreakerState } from "./breaker.ts";
import type { Command } from "./dispatcher.ts";

const breakerValues: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** The metrics of one participant, their labels looked up once. */
export function createCallMetrics(metrics: Metrics, participant: string) {
  const inFlight = metrics.callsInFlight.labels({ participant });
  const children = { forward: childrenOf("forward"), backward: childrenOf("backward") };

  function childrenOf(direction: Direction) {
    const labels = { participant, direction };
    const counted: Partial<Record<Outcome["kind"], Counter.Internal>> = {};
    const breaker: Gauge.Internal<string> = metrics.breakerState.labels(labels);
    breaker.set(0);
    const seconds: Histogram.Internal<string> = metrics.callSeconds.labels(labels);
    return { labels, counted, breaker, seconds, retries: metrics.retries.labels(labels) };
  }

  return {
    inFlight: (count: number) => inFlight.set(count),
    breakerState: (direction: Direction, state: BreakerState) => children[direction].breaker.set(breakerValues[state]),
    /** A call ended after so many ms; a held one took no time worth counting. */
    ended(command: Command, { kind }: Outcome, ms: number): void {
      const { labels, counted, seconds, retries } = children[command.direction];
      counted[kind] ??= metrics.calls.labels({ ...labels, outcome: kind });
      counted[kind].inc();
      if (kind === "held") return;
      seconds.observe(ms / 1000);
      if (command.attempt > 1) retries.inc();
    },
  };
}
