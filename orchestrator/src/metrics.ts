import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** All metrics of a process. Labels are bounded: names from definitions and configuration, never ids. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  // The library's default looks at the event loop a hundred times a second: half of what an idle process uses.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return {
    registry,
    sagasStarted: new Counter({
      name: "backstitch_sagas_started_total",
      help: "Sagas accepted",
      labelNames: ["definition"],
      registers,
    }),
    sagasFinished: new Counter({
      name: "backstitch_sagas_finished_total",
      help: "Sagas that became final, by outcome",
      labelNames: ["definition", "outcome"],
      registers,
    }),
    sagasSuspended: new Counter({
      name: "backstitch_sagas_suspended_total",
      help: "Times a saga began to wait for a person",
      labelNames: ["definition"],
      registers,
    }),
    sagasOverdue: new Counter({
      name: "backstitch_sagas_overdue_total",
      help: "Sagas whose deadline passed after their pivot: they go on, too late",
      labelNames: ["definition"],
      registers,
    }),
    startsRefused: new Counter({
      name: "backstitch_starts_refused_total",
      help: "Sagas that were not started, by error code: OVERLOADED, LOCKED, STOPPING",
      labelNames: ["code"],
      registers,
    }),
    lockWaits: new Counter({
      name: "backstitch_lock_waits_total",
      help: "Sagas that were started and had to wait for their lock",
      labelNames: ["definition"],
      registers,
    }),
    locksGranted: new Counter({
      name: "backstitch_locks_granted_total",
      help: "Sagas that had waited for their lock and got it",
      labelNames: ["definition"],
      registers,
    }),
    signals: new Counter({
      name: "backstitch_signals_total",
      help: "Signals that sagas took in",
      labelNames: ["definition"],
      registers,
    }),
    goBacks: new Counter({
      name: "backstitch_go_backs_total",
      help: "Times a saga went back to an earlier step",
      labelNames: ["definition"],
      registers,
    }),
    completions: new Counter({
      name: "backstitch_completions_total",
      help: "Outcomes given by CompleteStep or a child saga: done, rejected, failed, or refused",
      labelNames: ["outcome"],
      registers,
    }),
    operatorActs: new Counter({
      name: "backstitch_operator_acts_total",
      help: "What people did to sagas, by the name of the RPC",
      labelNames: ["verb"],
      registers,
    }),
    sagasRolledBack: new Counter({
      name: "backstitch_sagas_rolled_back_total",
      help: "Sagas checked anew because the store had lost writes",
      registers,
    }),
    sagaSeconds: new Histogram({
      name: "backstitch_saga_duration_seconds",
      help: "From the start of a saga to its final state",
      labelNames: ["definition", "outcome"],
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3600],
      registers,
    }),
    sagasByStatus: new Gauge({
      name: "backstitch_sagas",
      help: "Sagas in the store by status",
      labelNames: ["status"],
      registers,
    }),
    sagasOwned: new Gauge({
      name: "backstitch_sagas_owned",
      help: "Sagas that this process is advancing",
      registers,
    }),
    callSeconds: new Histogram({
      name: "backstitch_call_duration_seconds",
      help: "Calls of participants, from sending to the answer",
      labelNames: ["participant", "direction"],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    calls: new Counter({
      name: "backstitch_calls_total",
      help: "Attempts of calls by outcome",
      labelNames: ["participant", "direction", "outcome"],
      registers,
    }),
    retries: new Counter({
      name: "backstitch_retries_total",
      help: "Attempts after the first",
      labelNames: ["participant", "direction"],
      registers,
    }),
    breakerState: new Gauge({
      name: "backstitch_breaker_state",
      help: "0 closed, 1 half-open, 2 open",
      labelNames: ["participant", "direction"],
      registers,
    }),
    callsInFlight: new Gauge({
      name: "backstitch_calls_in_flight",
      help: "Calls sent and not answered",
      labelNames: ["participant"],
      registers,
    }),
    commitBatch: new Histogram({
      name: "backstitch_commit_batch_size",
      help: "Sagas per script call",
      buckets: [1, 2, 4, 8, 16, 32, 64],
      registers,
    }),
    commitSeconds: new Histogram({
      name: "backstitch_commit_duration_seconds",
      help: "Script calls that start or commit sagas",
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    backlog: new Gauge({
      name: "backstitch_backlog",
      help: "Commands that nobody has received yet",
      registers,
    }),
    oldestPending: new Gauge({
      name: "backstitch_oldest_pending_seconds",
      help: "Idle time of the oldest lease",
      registers,
    }),
    timers: new Gauge({ name: "backstitch_timers", help: "Parked sagas with a wake-up time", registers }),
    leasesLost: new Counter({
      name: "backstitch_leases_lost_total",
      help: "Sagas that another owner took from this process",
      registers,
    }),
    leasesReclaimed: new Counter({
      name: "backstitch_leases_reclaimed_total",
      help: "Sagas that this process took from an owner that stopped renewing",
      registers,
    }),
    swept: new Counter({
      name: "backstitch_sweeper_mended_total",
      help: "Sagas that the sweeper had to mend",
      registers,
    }),
    requests: new Counter({
      name: "backstitch_requests_total",
      help: "API requests by method and gRPC status",
      labelNames: ["method", "status"],
      registers,
    }),
  };
}
