import { hash } from "node:crypto";

/** How far a feed was read: for each partition the id of an entry. */
export type Positions = readonly string[];

/** A version, what the cursor is bound to, and for each partition 6 bytes of time and 4 of the number within a ms. */
const VERSION = 1;
const BOUND_BYTES = 6;
const HEAD_BYTES = 1 + BOUND_BYTES;
const POSITION_BYTES = 10;

/** `bound`: a cursor is of use only where this is the same. */
export function encodeCursor(positions: Positions, bound: string): string {
  const bytes = Buffer.alloc(HEAD_BYTES + POSITION_BYTES * positions.length);
  bytes[0] = VERSION;
  digestOf(bound).copy(bytes, 1);
  for (const [i, id] of positions.entries()) {
    const [ms, number] = id.split("-");
    bytes.writeUIntBE(Number(ms), HEAD_BYTES + POSITION_BYTES * i, 6);
    bytes.writeUInt32BE(Number(number), HEAD_BYTES + POSITION_BYTES * i + 6);
  }
  return bytes.toString("base64url");
}

/** undefined: it is no cursor, or one that is bound to something else. */
export function decodeCursor(cursor: string, bound: string, partitions: number): Positions | undefined {
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.length !== HEAD_BYTES + POSITION_BYTES * partitions || bytes[0] !== VERSION) return undefined;
  if (!digestOf(bound).equals(bytes.subarray(1, HEAD_BYTES))) return undefined;
  return Array.from({ length: partitions }, (_, i) => {
    const at = HEAD_BYTES + POSITION_BYTES * i;
    return `${bytes.readUIntBE(at, 6)}-${bytes.readUInt32BE(at + 6)}`;
  });
}

/** Whether the id of an entry comes after another in the same stream. */
export function isLater(a: string, b: string): boolean {
  if (a === b) return false;
  const [aMs, aNumber] = a.split("-").map(Number) as [number, number];
  const [bMs, bNumber] = b.split("-").map(Number) as [number, number];
  return aMs > bMs || (aMs === bMs && aNumber > bNumber);
}

/** For each partition the later of two positions. */
export function furthest(a: Positions, b: Positions): Positions {
  if (a === b || a.every((id, p) => !isLater(id, b[p]!))) return b;
  return a.map((id, p) => (isLater(id, b[p]!) ? id : b[p]!));
}

function digestOf(bound: string): Buffer {
  return hash("sha256", bound, "buffer").subarray(0, BOUND_BYTES);
}
