import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { BackstitchError } from "../errors.ts";

export interface AuthOptions {
  /** SHA-256 of the accepted bearer tokens, in hexadecimal. None: no token is asked for. */
  readonly tokenHashes: readonly string[];
  /** Listen beyond loopback although nothing tells who calls. */
  readonly allowUnauthenticated: boolean;
}

/** Checks the `authorization` header of a call; throws UNAUTHENTICATED. undefined: calls need no token. */
export type Authenticate = ((authorization: string | undefined) => void) | undefined;

export function createAuthenticate({ tokenHashes }: AuthOptions): Authenticate {
  if (tokenHashes.length === 0) return undefined;
  const accepted = tokenHashes.map((hex) => Buffer.from(hex, "hex"));
  return (authorization) => {
    const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined)
      throw new BackstitchError("UNAUTHENTICATED", "a bearer token is needed in the header authorization");
    const digest = createHash("sha256").update(token).digest();
    // All are compared, in constant time, so that nothing is learnt from how long it takes.
    let known = false;
    for (const hash of accepted) known = timingSafeEqual(hash, digest) || known;
    if (!known) throw new BackstitchError("UNAUTHENTICATED", "the bearer token is not known");
  };
}

/** Whether only this machine can connect to a listener on this host. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  if (isIPv6(host)) return host === "::1";
  return host === "localhost";
}

/**
 * Throws where a listener would let anyone beyond this machine in: such a listener needs tokens, client
 * certificates, or the explicit word that neither is wanted.
 */
export function assertGuarded(
  field: string,
  listener: { readonly host: string; readonly tls?: { readonly clientCa?: unknown } | undefined },
  auth: AuthOptions,
): void {
  const guarded = auth.tokenHashes.length > 0 || listener.tls?.clientCa !== undefined || auth.allowUnauthenticated;
  if (guarded || isLoopback(listener.host)) return;
  const message = `listens on ${listener.host}, beyond this machine, and asks for no credentials: set tokens, client certificates, or allow unauthenticated calls explicitly`;
  throw new BackstitchError("INVALID_REQUEST", `${field}: ${message}`, {
    faults: [{ field, rule: "required", message }],
  });
}
