import type { HealthStatus } from "./case.ts";
import { connect, type Target } from "./link.ts";

/** grpc.health.v1.HealthCheckResponse.ServingStatus. */
const statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/**
 * Asks grpc.health.v1.Health, whose messages are small enough to be written by hand: the request has the service's name
 * as its field 1, the response the status.
 */
export async function checkHealth(target: Target, service: string, withinMs: number): Promise<HealthStatus | string> {
  const client = connect(target);
  const name = Buffer.from(service);
  const request = name.length === 0 ? name : Buffer.concat([Buffer.from([10, name.length]), name]);
  try {
    return await new Promise((resolve) =>
      client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        (bytes: Buffer) => bytes,
        (bytes) => bytes,
        request,
        { deadline: Date.now() + withinMs },
        (error, response) => {
          if (error === null) resolve(statuses[response?.[1] ?? 0] ?? "UNKNOWN");
          else resolve(error.code === 14 ? "UNREACHABLE" : `the error ${error.code}, ${error.details}`);
        },
      ),
    );
  } finally {
    client.close();
  }
}
