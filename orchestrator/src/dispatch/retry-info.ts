import { BinaryReader } from "@bufbuild/protobuf/wire";

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
/** No participant may silence a step for longer than this. */
const MAX_DELAY_MS = 24 * 3600 * 1000;

/**
 * The delay in milliseconds that a `grpc-status-details-bin` trailer asks for, or undefined. The trailer is a
 * google.rpc.Status (details = 3) whose details are google.protobuf.Any (type_url = 1, value = 2); one of them may be a
 * google.rpc.RetryInfo (retry_delay = 1: seconds = 1, nanos = 2). What cannot be read asks for nothing.
 */
export function retryDelayOf(trailer: Uint8Array): number | undefined {
  try {
    for (const detail of fieldsOf(trailer, 3)) {
      const type = fieldsOf(detail, 1)[0];
      if (type === undefined || Buffer.from(type).toString() !== RETRY_INFO) continue;
      const delay = fieldsOf(fieldsOf(detail, 2)[0] ?? new Uint8Array(), 1)[0];
      if (delay !== undefined) return clampDelay(durationMs(delay));
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** A delay as asked for by a participant, in the range that is honoured; undefined: none. */
export function clampDelay(ms: number): number | undefined {
  return ms > 0 ? Math.min(Math.ceil(ms), MAX_DELAY_MS) : undefined;
}

function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === wanted && wireType === 2) found.push(reader.bytes());
    else reader.skip(wireType, field);
  }
  return found;
}

function durationMs(duration: Uint8Array): number {
  const reader = new BinaryReader(duration);
  let ms = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 0) ms += Number(reader.int64()) * 1000;
    else if (field === 2 && wireType === 0) ms += reader.int32() / 1e6;
    else reader.skip(wireType, field);
  }
  return ms;
}
