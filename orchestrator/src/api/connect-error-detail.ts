import { create, type DescMessage, toBinary, toJson } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { UniversalHandler, UniversalHandlerFn } from "@connectrpc/connect/protocol";
import { ErrorCode, ErrorDetailSchema } from "../gen/backstitch/v1/errors_pb.js";

interface ErrorBody {
  code: string;
  message?: string;
  details?: unknown[];
}

/**
 * Requests that the library refuses by itself (text that is not JSON, a value that is none of an enum, a body that is
 * too large) get an ErrorDetail like all others. Only unary answers of the Connect protocol, which curl and browsers
 * see, are looked at.
 */
export function withErrorDetail(handler: UniversalHandler): UniversalHandlerFn {
  return async (request) => {
    const response = await handler(request);
    const json = response.header?.get("content-type") === "application/json";
    if (response.status === 200 || !json || response.body === undefined) return response;
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const error = JSON.parse(bytes.toString()) as ErrorBody;
    const kind = error.details === undefined ? kindOf(error) : undefined;
    if (kind === undefined) return { ...response, body: once(bytes) };
    const body = Buffer.from(JSON.stringify(describe(error, kind, handler.method.input)));
    response.header?.set("content-length", String(body.length));
    return { ...response, status: kind === "TOO_LARGE" ? 429 : 400, body: once(body) };
  };
}

function kindOf({ code, message }: ErrorBody): "INVALID_REQUEST" | "TOO_LARGE" | undefined {
  if (code === "resource_exhausted") return "TOO_LARGE";
  // The library calls a message that cannot be decoded an internal error.
  if (code === "invalid_argument" || (code === "internal" && message?.startsWith("parse binary"))) {
    return "INVALID_REQUEST";
  }
  return undefined;
}

function describe({ message = "" }: ErrorBody, kind: "INVALID_REQUEST" | "TOO_LARGE", input: DescMessage): ErrorBody {
  const field = fieldOf(message, input);
  const rule = kind === "TOO_LARGE" ? "max_size" : message.includes("decode enum") ? "unknown_value" : "malformed";
  const text = message.slice(0, 500);
  const detail = create(ErrorDetailSchema, { code: ErrorCode[kind], faults: [{ field, rule, message: text }] });
  return {
    code: kind === "TOO_LARGE" ? "resource_exhausted" : "invalid_argument",
    message: text,
    details: [
      {
        type: ErrorDetailSchema.typeName,
        value: base64Encode(toBinary(ErrorDetailSchema, detail), "std_raw"),
        debug: toJson(ErrorDetailSchema, detail),
      },
    ],
  };
}

/** The library names the field, or only the type of the value it could not read. */
function fieldOf(message: string, input: DescMessage): string {
  const [, kind, name = ""] = /\bdecode (field|enum|message) (\S+) from JSON/.exec(message) ?? [];
  if (kind === "field") return name.slice(name.lastIndexOf(".") + 1);
  const ofType = input.fields.filter((field) => (field.enum ?? field.message)?.typeName === name);
  return ofType.length === 1 ? ofType[0]!.name : "";
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
