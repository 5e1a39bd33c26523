import { readFileSync } from "node:fs";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { usageFault } from "./fields.ts";

/** Paths of PEM files. Any of them asks for TLS. */
export interface TlsFiles {
  /** The authority of the participant's certificate. Default: Node's own authorities. */
  ca?: string;
  /** The certificate and key to show, for a participant that asks for one (mTLS). Either both or none. */
  cert?: string;
  key?: string;
}

/** Reads what a connection needs; without files it is plain text. Throws a UsageError. */
export function readCredentials(files: TlsFiles = {}): ChannelCredentials {
  if ((files.cert === undefined) !== (files.key === undefined)) {
    const field = files.cert === undefined ? "--cert" : "--key";
    throw usageFault(field, "required", "a certificate needs its key, and a key its certificate");
  }
  const [ca, key, cert] = [read("--ca", files.ca), read("--key", files.key), read("--cert", files.cert)];
  if (ca === null && cert === null) return credentials.createInsecure();
  try {
    return credentials.createSsl(ca, key, cert);
  } catch (error) {
    throw usageFault("--ca, --cert, --key", "malformed", (error as Error).message);
  }
}

function read(field: string, path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw usageFault(field, "unreadable", (error as Error).message);
  }
}
