import { parseArgs } from "node:util";
import { type Transport, transports } from "./case.ts";
import { usageFault } from "./fields.ts";
import type { ConformanceOptions } from "./run.ts";

export const usage = `Usage: backstitch-conformance --target HOST:PORT [options]
       backstitch-conformance --command "PROGRAM --port {port} ..." [options]

Shows which rules of Backstitch sagas a participant keeps: it is sent Dos and Undos as an orchestrator may send them,
repeated, in another order, at the same time, too late, over unary calls and over Serve. Point it at a test instance:
the effects are real.

  --target HOST:PORT     where the participant listens
  --command "PROGRAM"    starts the participant, and ends and starts it again where a case asks for that; {port} becomes
                         a free port. No shell: words, with quotes around those that contain spaces
  --actions FILE         which of your actions play the roles of the cases; default: a conformance participant's own
  --only ID              only cases whose id begins so; may be given several times
  --transport unary|serve
                         only one of the two ways of calling
  --json FILE            writes the results there, for programs
  --ca FILE              TLS: the authority of the participant's certificate
  --cert FILE --key FILE TLS: what to show to a participant that asks for a certificate
  --insecure             plain text; the default
  --help                 this text

Exit status: 0 nothing fails, 1 something does, 2 it could not begin.`;

/** What the command line says. */
export interface Arguments extends ConformanceOptions {
  help: boolean;
  json: string | undefined;
}

/** Reads the command line. Throws a UsageError. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parse(args);
  const { target, command, actions, only, transport, json, ca, cert, key, insecure, help } = values;
  const tls = [ca, cert, key].some((file) => file !== undefined) ? { ca, cert, key } : undefined;
  if (insecure && tls !== undefined)
    throw usageFault("--insecure", "conflict", "does not go with --ca, --cert and --key");
  if (transport !== undefined && !transports.includes(transport as Transport)) {
    throw usageFault("--transport", "unknown_value", `has to be one of ${transports.join(", ")}`);
  }
  return {
    target,
    command,
    actions,
    only,
    transports: transport === undefined ? undefined : [transport as Transport],
    tls,
    json,
    help: help === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: text,
        command: text,
        actions: text,
        only: { type: "string", multiple: true },
        transport: text,
        json: text,
        ca: text,
        cert: text,
        key: text,
        insecure: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw usageFault("arguments", "unknown_option", (error as Error).message);
  }
}
