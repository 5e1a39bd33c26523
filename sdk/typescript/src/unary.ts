import { create, type JsonObject } from "@bufbuild/protobuf";
import { Metadata, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import type { Outcome } from "./answers.ts";
import { type Command, deadlineOf } from "./context.ts";
import type { Executor } from "./execute.ts";
import {
  type DoRequest,
  type DoResponse,
  DoResponseSchema,
  type Rejected,
  RejectedSchema,
  type UndoRequest,
  type UndoResponse,
  UndoResponseSchema,
} from "./gen/backstitch/v1/participant_service_pb.js";
import { emptyContext, encodeRetryInfo } from "./wire.ts";

/** The unary Do over the executor. */
export function createDo(executor: Executor) {
  return (call: ServerUnaryCall<DoRequest, DoResponse>, reply: sendUnaryData<DoResponse>): void => {
    const { context = emptyContext, input } = call.request;
    const deadlineMs = Math.min(deadlineOf(context), Number(call.getDeadline()));
    const command: Command = { direction: "do", context, input, doInput: undefined, doOutput: undefined, deadlineMs };
    run(executor, command, call, reply, (outcome) => {
      switch (outcome.kind) {
        case "done":
          return create(DoResponseSchema, {
            outcome: { case: "done", value: { output: JSON.parse(outcome.output) as JsonObject } },
          });
        case "rejected":
          return create(DoResponseSchema, { outcome: { case: "rejected", value: rejection(outcome) } });
        case "pending":
          return create(DoResponseSchema, { outcome: { case: "pending", value: {} } });
      }
    });
  };
}

/** The unary Undo over the executor. */
export function createUndo(executor: Executor) {
  return (call: ServerUnaryCall<UndoRequest, UndoResponse>, reply: sendUnaryData<UndoResponse>): void => {
    const { context = emptyContext, input, doInput, doOutput } = call.request;
    const deadlineMs = Math.min(deadlineOf(context), Number(call.getDeadline()));
    run(executor, { direction: "undo", context, input, doInput, doOutput, deadlineMs }, call, reply, (outcome) => {
      switch (outcome.kind) {
        case "done":
          return create(UndoResponseSchema, { outcome: { case: "done", value: {} } });
        case "rejected":
          return create(UndoResponseSchema, { outcome: { case: "rejected", value: rejection(outcome) } });
        case "pending":
          return create(UndoResponseSchema, { outcome: { case: "pending", value: {} } });
      }
    });
  };
}

type Answer = Exclude<Outcome, { kind: "error" }>;

function run<I, O>(
  executor: Executor,
  command: Command,
  call: ServerUnaryCall<I, O>,
  reply: sendUnaryData<O>,
  toResponse: (answer: Answer) => O,
): void {
  const waiter = {
    answer(outcome: Outcome): void {
      if (outcome.kind === "error") reply(toStatus(outcome));
      else reply(null, toResponse(outcome));
    },
  };
  const running = executor.run(command, waiter);
  if (running !== undefined) call.on("cancelled", () => running.leave(waiter));
}

function rejection(outcome: Extract<Outcome, { kind: "rejected" }>): Rejected {
  const details = outcome.details === undefined ? undefined : (JSON.parse(outcome.details) as JsonObject);
  return create(RejectedSchema, { code: outcome.code, message: outcome.message, details });
}

function toStatus(error: Extract<Outcome, { kind: "error" }>) {
  const metadata = new Metadata();
  if (error.retryAfterMs !== undefined) {
    metadata.set("grpc-status-details-bin", encodeRetryInfo(error.status, error.message, error.retryAfterMs));
  }
  return { code: error.status, details: error.message, metadata };
}
