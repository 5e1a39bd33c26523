import { z } from "zod";
import { names } from "../definition/limits.ts";
import type { Fault } from "../errors.ts";
import { faultsOfIssues, readableFile as file } from "../schema.ts";
import { parseTarget } from "./addresses.ts";

const tlsFiles = z.strictObject({
  /** Instead of the system's authorities. */
  ca_file: file.optional(),
  /** With a certificate and a key the orchestrator proves who it is (mTLS). */
  cert_file: file.optional(),
  key_file: file.optional(),
  /** The name in the participant's certificate; by default the host of the address. */
  server_name: z.string().min(1).optional(),
});

/** Not a union, whose faults would not tell which of its fields they mean. */
const tls = z.unknown().transform((raw, context) => {
  if (raw === "off") return "off" as const;
  const { success, data, error } = tlsFiles.safeParse(raw);
  for (const issue of error?.issues ?? [])
    context.issues.push({ ...issue, input: raw } as (typeof context.issues)[number]);
  const { cert_file, key_file } = Object(raw) as Record<string, unknown>;
  if ((cert_file === undefined) !== (key_file === undefined)) {
    context.addIssue({ code: "custom", message: "cert_file and key_file go together" });
  }
  if (!success) return z.NEVER;
  return { caFile: data.ca_file, certFile: data.cert_file, keyFile: data.key_file, serverName: data.server_name };
});

const breaker = z
  .strictObject({
    /** Opens above this share of faults, in percent, ... */
    error_percent: whole(50, 1, 99),
    /** ... among the calls of the last so many ms, ... */
    window_ms: whole(10_000, 100, 3_600_000),
    /** ... if they are at least so many. */
    min_calls: whole(10, 1, 1_000_000),
    /** Lets one call try again after so many ms. */
    reset_ms: whole(5000, 100, 3_600_000),
  })
  .transform((raw) => ({
    errorPercent: raw.error_percent,
    windowMs: raw.window_ms,
    minCalls: raw.min_calls,
    resetMs: raw.reset_ms,
  }));

const keepalive = z
  .strictObject({
    /** HTTP/2 pings, in ms. Many servers close connections that are pinged more often than every five minutes. */
    time_ms: whole(300_000, 1000, 7_200_000),
    timeout_ms: whole(20_000, 100, 600_000),
  })
  .transform((raw) => ({ timeMs: raw.time_ms, timeoutMs: raw.timeout_ms }));

const participant = z
  .strictObject({
    name: z.string().regex(names.participant.regex, `must be ${names.participant.says}`),
    address: z
      .string()
      .refine(
        (address) => parseTarget(address) !== undefined,
        "must be host:port, [ipv6]:port, dns:///host:port or unix:/path",
      ),
    tls: tls.prefault("off"),
    /** Calls in flight at most; further ones wait a moment, then are held. */
    max_in_flight: whole(1000, 1, 100_000),
    /** `auto`: Serve where the participant has it. */
    serve: z.enum(["auto", "off"]).default("auto"),
    breaker: breaker.prefault({}),
    keepalive: keepalive.prefault({}),
    /** How long a connection takes new calls before another one replaces it, in ms (more or less a fifth). */
    max_connection_age_ms: whole(300_000, 1000, 86_400_000),
  })
  .transform(({ max_in_flight, max_connection_age_ms, ...rest }) => ({
    ...rest,
    maxInFlight: max_in_flight,
    maxConnectionAgeMs: max_connection_age_ms,
  }));

const schema = z.array(participant).nullish();

/** A participant as configured: checked, defaults filled in. */
export type ParticipantConfig = Readonly<z.output<typeof participant>>;
export type BreakerConfig = Readonly<z.output<typeof breaker>>;

export type ValidatedParticipants =
  | { readonly kind: "valid"; readonly participants: readonly ParticipantConfig[] }
  | { readonly kind: "invalid"; readonly faults: readonly Fault[] };

/**
 * Checks the list under `participants` of a configuration file, all faults at once; `path` is where it stands there.
 * Absent: none.
 */
export function validateParticipants(raw: unknown, path: string): ValidatedParticipants {
  const result = schema.safeParse(raw);
  const faults = result.success ? [] : faultsOfIssues(result.error.issues, path);
  faults.push(...duplicatesIn(raw, path));
  if (!result.success || faults.length > 0) return { kind: "invalid", faults };
  return { kind: "valid", participants: Object.freeze((result.data ?? []).map((config) => Object.freeze(config))) };
}

function duplicatesIn(raw: unknown, path: string): Fault[] {
  const seen = new Set<unknown>();
  const faults: Fault[] = [];
  for (const [index, item] of (Array.isArray(raw) ? raw : []).entries()) {
    const name: unknown = item?.name;
    if (name !== undefined && seen.has(name)) {
      const field = `${path}[${index}].name`;
      faults.push({ field, rule: "duplicate", message: "another participant has this name" });
    }
    seen.add(name);
  }
  return faults;
}

function whole(fallback: number, min: number, max: number) {
  return z.int().min(min).max(max).default(fallback);
}
