/**
 * A participant that breaks one rule and keeps all others, to show that the kit notices. It keeps everything in memory.
 * As a program: `node participant.ts PORT FLAW`; "ends at once" is a flaw of its own there: SIGTERM ends it like SIGKILL.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { behave, type Told } from "../../../participants/src/conformance/behaviours.ts";
import { createCounts } from "../../../participants/src/conformance/counts.ts";
import { echo } from "../../../participants/src/conformance/service.ts";
import type { DoContext, UndoContext } from "../../../sdk/typescript/src/context.ts";
import { createExecutor, type ErasedAction, type Executor, type Waiter } from "../../../sdk/typescript/src/execute.ts";
import type {
  ServeRequest,
  ServeResponse,
} from "../../../sdk/typescript/src/gen/backstitch/v1/participant_service_pb.js";
import { serveStream } from "../../../sdk/typescript/src/serve.ts";
import { createDo, createUndo } from "../../../sdk/typescript/src/unary.ts";
import { participantService } from "../../../sdk/typescript/src/wire.ts";
import { type Flaw, flaws } from "./flaws.ts";
import { createMemoryBarrier } from "./memory-barrier.ts";

/** Starts a participant with one flaw, of its server or its barrier; undefined: with none. Port 0 takes a free one. */
export async function startBroken(flaw?: string, port = 0): Promise<{ target: string; stop(): Promise<void> }> {
  const own = flaws[flaw ?? ""] ?? {};
  const actions = createActions(flaw);
  const known = [...actions.keys()].sort().join(", ");
  const executor = spoil(createExecutor(actions, known), own);
  const size = own.maxMessageBytes ?? 5 * 1024 * 1024;
  const server = new Server({ "grpc.max_receive_message_length": size, "grpc.max_send_message_length": size });
  const streams = new Set<ReturnType<typeof serveStream>>();
  server.addService(participantService, {
    Do: createDo(executor),
    Undo: createUndo(executor),
    Serve(call: ServerDuplexStream<ServeRequest, ServeResponse>) {
      streams.add(serveStream(executor, call));
    },
  });
  const status = own.health ?? "SERVING";
  new HealthImplementation({ "": status, "backstitch.v1.ParticipantService": status }).addToServer(server);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) => {
      if (error === null) resolve(at);
      else reject(error);
    });
  });
  return {
    target: `127.0.0.1:${bound}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      for (const stream of streams) stream.drain();
      executor.abortAll();
      const late = setTimeout(() => server.forceShutdown(), 300);
      await closed;
      clearTimeout(late);
    },
  };
}

function createActions(flaw: string | undefined): Map<string, ErasedAction> {
  const barrier = createMemoryBarrier(flaw);
  const countsOf = createCounts();
  const onAborted = ({ effectId }: DoContext) => countsOf(effectId).aborted++;
  const act = (told: Told, direction: "do" | "undo", context: DoContext) =>
    behave(told, direction, context, () => onAborted(context));
  const effect: ErasedAction = {
    do: (told: Told, context: DoContext) => barrier.guard("do", context, () => act(told, "do", context)),
    undo: (_: object, context: UndoContext) =>
      barrier.guard("undo", context, () => act(context.doInput, "undo", context)),
  };
  const bare: ErasedAction = {
    do(told: Told, context: DoContext) {
      countsOf(context.effectId).runs++;
      return act(told, "do", context);
    },
    undo(_: object, context: UndoContext) {
      countsOf(context.effectId).undo_runs++;
      return act(context.doInput, "undo", context);
    },
  };
  const count: ErasedAction = {
    do({ effect_id }: { effect_id: string }) {
      const { applied, undone } = barrier.effectOf(effect_id);
      return { applied, undone, ...countsOf(effect_id) };
    },
  };
  return new Map(Object.entries({ effect, bare, echo: echo as ErasedAction, count }));
}

/** The executor with a flaw around it. */
function spoil(executor: Executor, flaw: Flaw): Executor {
  let last: Promise<void> = Promise.resolve();
  const run: Executor["run"] = (original, waiter) => {
    const command = flaw.command?.(original) ?? original;
    const spoiled: Waiter = {
      answer(outcome) {
        const given = flaw.outcome === undefined ? outcome : flaw.outcome(outcome, command);
        if (given !== undefined) waiter.answer(given);
        if (given !== undefined && flaw.answersTwice) setImmediate(() => waiter.answer(given));
      },
    };
    const call = executor.run(command, spoiled);
    return call && { leave: () => (flaw.swallowsCancel ? undefined : call.leave(spoiled)) };
  };
  if (!flaw.oneAtATime) return { ...executor, run };
  return {
    ...executor,
    run(command, waiter) {
      const turn = last;
      last = new Promise((resolve) => {
        void turn.then(() =>
          run(command, {
            answer(outcome) {
              waiter.answer(outcome);
              resolve();
            },
          }),
        );
      });
      return { leave() {} };
    },
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , port, flaw] = process.argv;
  const { stop } = await startBroken(flaw, Number(port));
  if (flaw !== "ends at once") process.once("SIGTERM", () => stop().then(() => process.exit(3)));
}
