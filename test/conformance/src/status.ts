import { status } from "@grpc/grpc-js";

/** The names of gRPC's status codes. */
export const statusNames = Object.keys(status).filter((name) => Number.isNaN(Number(name)));

/** "INTERNAL" for 13; an unknown number as it is. */
export function nameOfStatus(code: number): string {
  return status[code] ?? `status ${code}`;
}
