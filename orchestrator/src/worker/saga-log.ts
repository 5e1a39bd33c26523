import type { Logger } from "../logger.ts";
import type { Outcome, SendRef } from "../machine/event.ts";
import type { SagaState } from "../machine/state.ts";
import type { Driven } from "./drive.ts";

/**
 * What the log tells of sagas: what did not go as hoped at `info`, what waits for a person at `warn`, everything at
 * `debug`. Codes and names, never payloads; messages of participants may quote theirs, so they are left out too.
 */
export function createSagaLog(logger: Logger) {
  return {
    answered(saga: Driven, ref: SendRef, outcome: Outcome): void {
      const level = outcome.kind === "done" || outcome.kind === "pending" ? "debug" : "info";
      if (!logger.isLevelEnabled(level)) return;
      const code = "failure" in outcome ? outcome.failure.code : undefined;
      logger[level](
        {
          saga_id: saga.header.sagaId,
          definition: saga.header.definition,
          step: saga.plan.steps[ref.step]?.step.name,
          direction: ref.direction,
          attempt: ref.attempt,
          outcome: outcome.kind,
          code,
        },
        "call ended",
      );
    },
    moved(saga: Driven, before: SagaState): void {
      const { status, failure } = saga.state;
      if (status === before.status) return;
      const level = status === "SUSPENDED" ? "warn" : status === "COMPLETED" || status === "RUNNING" ? "debug" : "info";
      if (!logger.isLevelEnabled(level)) return;
      const { sagaId, definition } = saga.header;
      logger[level](
        { saga_id: sagaId, definition, status, code: failure?.code, step: failure?.step },
        status === "SUSPENDED" ? "saga waits for a person" : "saga moved",
      );
    },
  };
}
