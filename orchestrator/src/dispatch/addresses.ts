import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Where a participant listens, as configured. */
export type Target =
  | { readonly kind: "host"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** All addresses of a host name; rejects where there is none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?$/;

/** Reads `host:port`, `[ipv6]:port`, `dns:host:port`, `dns:///host:port` or `unix:/path`; undefined: none of these. */
export function parseTarget(address: string): Target | undefined {
  if (address.startsWith("unix:/")) return { kind: "unix", path: address.slice("unix:".length) };
  const plain = address.replace(/^dns:(\/\/\/)?/, "");
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/]+)):(\d{1,5})$/.exec(plain);
  if (match === null) return undefined;
  const [, ipv6, name, digits] = match;
  const port = Number(digits);
  if (port < 1 || port > 65535) return undefined;
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? { kind: "host", host: ipv6, port } : undefined;
  return name !== undefined && HOST.test(name) ? { kind: "host", host: name, port } : undefined;
}

/** Whether the addresses behind it can change. */
export function isNamed(target: Target): boolean {
  return target.kind === "host" && isIP(target.host) === 0;
}

/** The addresses behind a target, each a gRPC target of its own that needs no further look-up. */
export async function resolveTarget(target: Target, resolve: Resolve): Promise<readonly string[]> {
  if (target.kind === "unix") return [`unix:${target.path}`];
  const hosts = isNamed(target) ? await resolve(target.host) : [target.host];
  return [...new Set(hosts)].map((ip) =>
    isIP(ip) === 6 ? `ipv6:[${ip}]:${target.port}` : `ipv4:${ip}:${target.port}`,
  );
}

/** What requests and certificates call the participant, whichever of its addresses is used. */
export function authorityOf(target: Target): { readonly host: string; readonly authority: string } {
  if (target.kind === "unix") return { host: "localhost", authority: "localhost" };
  const { host, port } = target;
  return { host, authority: isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}` };
}

/** The system's resolver, hosts file included. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
};
