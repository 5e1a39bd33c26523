import { hash, randomUUID } from "node:crypto";

/** The saga id of a request without one: the same for the same request id, in the form of a UUID version 8. */
export function deriveSagaId(namespace: string, requestId: string): string {
  const hex = hash("sha256", `${namespace}\n${requestId}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A random saga id that sorts by time: a UUID version 7 (RFC 9562). */
export function randomSagaId(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
