import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";

const same = (bytes: Buffer) => bytes;

/** What grpc.health.v1.Health says of a service: its serving status, or the error's status. */
export function healthOf(channel: Client, service: string): Promise<string> {
  const { path, requestSerialize, responseDeserialize } = healthService.Check!;
  return new Promise((resolve) => {
    channel.makeUnaryRequest(
      path,
      requestSerialize as never,
      responseDeserialize as never,
      { service },
      (error: ServiceError | null, value?: { status: string }) => resolve(error ? status[error.code]! : value!.status),
    );
  });
}

/** The services that reflection lists: ServerReflectionRequest { list_services = 7 } and the names in what comes back. */
export function reflectedServices(channel: Client): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const stream = channel.makeBidiStreamRequest(
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      same,
      same,
      new Metadata(),
    );
    stream.on("data", (bytes: Buffer) => {
      resolve(bytes.toString("latin1").match(/backstitch\.v1\.\w+/g) ?? []);
      stream.end();
    });
    stream.on("error", reject);
    stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
  });
}
