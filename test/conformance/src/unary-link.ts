import { DoRequestSchema, UndoRequestSchema } from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";
import { create, type JsonObject } from "@bufbuild/protobuf";
import type { ServiceError } from "@grpc/grpc-js";
import { type Answer, fromError, fromUnary } from "./answer.ts";
import { connect, type Link, methods, type Target } from "./link.ts";

/** Sends each command as a call of its own. */
export function openUnary(target: Target): Link {
  const client = connect(target);
  return {
    send({ direction, context, input, doInput, doOutput, callDeadlineMs }) {
      const reply = Promise.withResolvers<Answer>();
      const payload = input as JsonObject | undefined;
      const options = callDeadlineMs === undefined ? {} : { deadline: Date.now() + callDeadlineMs };
      const answer = (error: ServiceError | null, response?: Parameters<typeof fromUnary>[0]) => {
        if (error !== null) reply.resolve(fromError(error));
        else reply.resolve(response === undefined ? { kind: "malformed", what: "no response" } : fromUnary(response));
      };
      const { path, encode, decode } = methods[direction];
      const request =
        direction === "do"
          ? create(DoRequestSchema, { context, input: payload })
          : create(UndoRequestSchema, { context, input: payload, doInput, doOutput });
      const call = client.makeUnaryRequest(path, encode as never, decode as never, request, options, answer as never);
      return { answer: reply.promise, cancel: () => call.cancel() };
    },
    close: () => client.close(),
  };
}
