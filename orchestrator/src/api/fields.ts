import type { JsonObject } from "@bufbuild/protobuf";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import canonicalize from "canonicalize";
import { at, checkName, type FaultList, type Rule } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { checkPayload } from "../definition/payload.ts";
import { requestLimits } from "./limits.ts";

/** Checks of single request fields: each adds to the faults what it finds and gives the value in the domain's form. */

const MAX_TIMESTAMP_SECONDS = 253_402_300_799n;
const MIN_TIMESTAMP_SECONDS = -62_135_596_800n;
const METADATA_KEY = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
/** Printable ASCII: participants may put metadata into headers. */
const METADATA_VALUE = /^[\x20-\x7e]*$/;

export function namespaceOf(faults: FaultList, namespace: string): string {
  if (namespace === "") return "default";
  checkName(faults, "namespace", namespace, names.namespace);
  return namespace;
}

export function checkText(faults: FaultList, field: string, text: string, max: number): void {
  if (text.length > max) faults.add(field, "max_length", `has more than ${max} characters`);
}

/** Canonical JSON text (RFC 8785) of a payload; undefined where the field is not set. */
export function payloadOf(faults: FaultList, field: string, value: JsonObject | undefined): string | undefined {
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = canonicalize(value) as string;
  } catch {
    faults.add(field, "not_json", "has a number or a string without a form in JSON");
    return undefined;
  }
  for (const fault of checkPayload(field, value, text)) faults.add(fault.field, fault.rule as Rule, fault.message);
  return text;
}

/** Milliseconds; undefined where the field is not set or not a duration. `min` and `max` are inclusive. */
export function durationOf(
  faults: FaultList,
  field: string,
  duration: Duration | undefined,
  min: number,
  max: number,
): number | undefined {
  if (duration === undefined) return undefined;
  const { seconds, nanos } = duration;
  const mixed = (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0);
  // The seconds are compared before they become a number, so that huge ones are not rounded into range.
  const ms = seconds > 1_000_000_000_000n ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 + Math.ceil(nanos / 1e6);
  if (!mixed && Math.abs(nanos) < 1_000_000_000 && ms >= min && ms <= max) return ms;
  faults.add(field, "range", `must be between ${min / 1000} s and ${max / 1000} s`);
  return undefined;
}

/** Milliseconds since the epoch, rounded up; undefined where the field is not set or not a timestamp. */
export function timestampOf(faults: FaultList, field: string, timestamp: Timestamp | undefined): number | undefined {
  if (timestamp === undefined) return undefined;
  const { seconds, nanos } = timestamp;
  if (seconds >= MIN_TIMESTAMP_SECONDS && seconds <= MAX_TIMESTAMP_SECONDS && nanos >= 0 && nanos < 1_000_000_000)
    return Number(seconds) * 1000 + Math.ceil(nanos / 1e6);
  faults.add(field, "range", "must be a time between the years 1 and 9999");
  return undefined;
}

/** The wait in ms; 0 where none is asked for. */
export function waitOf(faults: FaultList, wait: Duration | undefined): number {
  return durationOf(faults, "wait", wait, 0, requestLimits.waitMs) ?? 0;
}

export function pageSizeOf(faults: FaultList, pageSize: number, usual: number, max: number): number {
  if (pageSize === 0) return usual;
  if (pageSize < 1 || pageSize > max) faults.add("page_size", "range", `must be between 1 and ${max}`);
  return pageSize;
}

/** A revision to expect; undefined where none is given. */
export function revisionOf(faults: FaultList, field: string, revision: bigint): number | undefined {
  if (revision === 0n) return undefined;
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) faults.add(field, "range", "is beyond any revision");
  return Number(revision);
}

export function checkMetadata(faults: FaultList, metadata: Readonly<Record<string, string>>): void {
  const keys = Object.keys(metadata);
  if (keys.length > requestLimits.metadataEntries) {
    faults.add("metadata", "max_items", `has more than ${requestLimits.metadataEntries} entries`);
    return;
  }
  let size = 0;
  for (const key of keys) {
    const value = metadata[key]!;
    size += key.length + value.length;
    const field = at("metadata", key);
    if (!METADATA_KEY.test(key))
      faults.add(field, "pattern", "the key must be 1 to 64 characters of a-z, 0-9, '_', '.' and '-'");
    if (!METADATA_VALUE.test(value)) faults.add(field, "pattern", "the value must be printable ASCII");
  }
  if (size > requestLimits.metadataSize)
    faults.add("metadata", "max_size", `has more than ${requestLimits.metadataSize} characters`);
}
