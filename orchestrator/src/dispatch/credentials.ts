import { readFileSync } from "node:fs";
import { ChannelCredentials } from "@grpc/grpc-js";
import type { ParticipantConfig } from "./participants.ts";

/**
 * Gives the credentials for each new connection. Certificates are read anew, so that rotated ones come into use as
 * connections age; while they cannot be read the last good ones serve. Throws if they cannot be read the first time.
 */
export function createCredentials(tls: ParticipantConfig["tls"], onError: (thrown: unknown) => void) {
  if (tls === "off") return () => ChannelCredentials.createInsecure();
  const read = () => {
    const [ca, key, cert] = [tls.caFile, tls.keyFile, tls.certFile].map((file) =>
      file === undefined ? null : readFileSync(file),
    );
    return ChannelCredentials.createSsl(ca, key, cert);
  };
  let latest = read();
  return (): ChannelCredentials => {
    try {
      latest = read();
    } catch (thrown) {
      onError(thrown);
    }
    return latest;
  };
}
