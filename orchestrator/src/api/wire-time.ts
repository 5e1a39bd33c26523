import type { Timestamp } from "@bufbuild/protobuf/wkt";

/** Milliseconds since the epoch as a protobuf timestamp; undefined stays undefined. */
export function timestampToWire(ms: number): Timestamp;
export function timestampToWire(ms: number | undefined): Timestamp | undefined;
export function timestampToWire(ms: number | undefined): Timestamp | undefined {
  if (ms === undefined) return undefined;
  const seconds = Math.floor(ms / 1000);
  return {
    $typeName: "google.protobuf.Timestamp",
    seconds: BigInt(seconds),
    nanos: Math.round((ms - seconds * 1000) * 1e6),
  };
}
