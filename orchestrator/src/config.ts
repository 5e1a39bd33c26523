import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { isLoopback } from "./api/auth.ts";
import { validateParticipants } from "./dispatch/participants.ts";
import { BackstitchError, type Fault } from "./errors.ts";
import { faultsOfIssues, readableFile } from "./schema.ts";

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `10s`, `5m`, `2h` or `7d`, as milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, "must be a duration such as 500ms, 10s, 5m, 2h or 7d")
  .transform((text) => {
    const [, amount = "0", unit = "ms"] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
    return Math.round(Number(amount) * UNITS[unit]!);
  });

const port = z.number().int().min(0).max(65_535);

const tls = z.strictObject({
  cert_file: readableFile,
  key_file: readableFile,
  client_ca_file: readableFile.optional(),
});

function listenerSchema(defaultPort: number) {
  return z
    .strictObject({ host: z.string().default("127.0.0.1"), port: port.default(defaultPort), tls: tls.optional() })
    .prefault({});
}

const redis = z.union(
  [
    z.strictObject({ url: z.string().regex(/^rediss?:\/\//, "must be a redis:// or rediss:// URL") }),
    z.strictObject({ sentinels: z.array(z.string()).min(1), name: z.string(), password: z.string().optional() }),
    z.strictObject({ cluster: z.array(z.string()).min(1), password: z.string().optional() }),
  ],
  { error: "must have a url (redis:// or rediss://), or sentinels and a name, or cluster" },
);

const schema = z.strictObject({
  redis: redis.prefault({ url: "redis://127.0.0.1:6379" }),
  /** Fixed at the first use of a store. */
  partitions: z.number().int().min(1).max(1024).default(8),
  /** Goes before every key; several orchestrators may share a Redis under different ones. */
  key_prefix: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/, "1 to 32 of a-z, 0-9, _ and -")
    .default("bs"),
  /** Refuse to start where the store is not safe, in place of a warning. */
  strict: z.boolean().default(false),
  grpc: listenerSchema(7070),
  connect: listenerSchema(7080),
  ops: z
    .strictObject({
      host: z.string().default("127.0.0.1"),
      port: port.default(7090),
      /** Listen beyond loopback: metrics and health are not secret within a cluster. */
      allow_unauthenticated: z.boolean().default(false),
    })
    .prefault({}),
  reflection: z.boolean().default(false),
  auth: z
    .strictObject({
      /** SHA-256 of each accepted bearer token, in hexadecimal. */
      token_sha256: z.array(z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")).default([]),
      /** Listen beyond loopback without tokens. */
      allow_unauthenticated: z.boolean().default(false),
    })
    .prefault({}),
  participants: z
    .unknown()
    .transform((raw, context) => {
      const result = validateParticipants(raw, "participants");
      if (result.kind === "valid") return result.participants;
      context.addIssue({ code: "custom", params: { faults: result.faults } });
      return z.NEVER;
    })
    .prefault([]),
  /** A folder of .yaml, .yml and .json definitions to register at the start. */
  definitions: z.string().optional(),
  lease: duration.pipe(z.number().min(500).max(600_000)).prefault("5s"),
  retention: duration.prefault("7d"),
  /** The most sagas that this process drives at once. */
  capacity: z.number().int().min(1).max(1_000_000).default(10_000),
  /** Above these no sagas are started; those that run, and their children, go on. */
  limits: z
    .strictObject({
      /** Sagas that are not final, of all replicas. */
      active_sagas: z.number().int().min(1).max(1_000_000_000).optional(),
      /** Sagas that wait for a replica to take them up. */
      backlog: z.number().int().min(1).max(1_000_000_000).optional(),
    })
    .prefault({}),
  /** Clients of the gRPC port are asked to connect anew after so long, so that new replicas get work. */
  max_connection_age: duration.prefault("10m"),
  /** So many owners in a row that died with it suspend a saga. After two a saga is tried alone; fewer cannot tell who is guilty. */
  max_crashes: z.number().int().min(3).max(100).default(5),
  /** How long calls in flight may take to end when the process is told to stop. */
  grace: duration.prefault("10s"),
  /** Above this share of Redis' maxmemory no sagas are started. */
  memory_watermark: z.number().min(0.1).max(1).default(0.85),
  /** For tests: adds DevelopmentService, by which any caller moves the clock. */
  development: z.boolean().default(false),
  log_level: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** The orchestrator's configuration: checked, defaults filled in, durations in ms. */
export type Config = Readonly<z.output<typeof schema>>;

/**
 * Checks raw configuration. Throws INVALID_REQUEST with every fault at once.
 * `folder` is where relative paths start.
 */
export function validateConfig(raw: unknown, folder: string): Config {
  const result = schema.safeParse(withPaths(raw ?? {}, folder));
  const faults: Fault[] = result.success ? [] : faultsOfIssues(result.error.issues);
  if (result.success) faults.push(...exposureFaults(result.data));
  if (!result.success || faults.length > 0) {
    throw new BackstitchError("INVALID_REQUEST", describe(faults), { faults });
  }
  return Object.freeze(result.data);
}

/** Paths are relative to the file that names them: settings called `definitions` or `*_file`. */
function withPaths(raw: unknown, folder: string): unknown {
  if (Array.isArray(raw)) return raw.map((item) => withPaths(item, folder));
  if (raw === null || typeof raw !== "object") return raw;
  const entries = Object.entries(raw).map(([key, value]) => {
    const isPath = typeof value === "string" && (key === "definitions" || key.endsWith("_file"));
    return [key, isPath ? resolve(folder, value) : withPaths(value, folder)];
  });
  return Object.fromEntries(entries);
}

/** Reads a YAML or JSON file; BACKSTITCH_REDIS_URL and BACKSTITCH_LOG_LEVEL win over what stands in it. */
export function loadConfig(file: string, environment: NodeJS.ProcessEnv): Config {
  let raw: unknown;
  try {
    raw = parseYaml(readFileSync(file, "utf8"));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split("\n")[0] : "unreadable";
    throw new BackstitchError("INVALID_REQUEST", `${file}: ${message}`, { cause });
  }
  const settings: Record<string, unknown> = raw !== null && typeof raw === "object" ? { ...raw } : {};
  if (environment.BACKSTITCH_REDIS_URL) settings.redis = { url: environment.BACKSTITCH_REDIS_URL };
  if (environment.BACKSTITCH_LOG_LEVEL) settings.log_level = environment.BACKSTITCH_LOG_LEVEL;
  return validateConfig(settings, dirname(resolve(file)));
}

/** Beyond loopback the API wants credentials, unless the configuration says in plain words that it does not. */
function exposureFaults(config: z.output<typeof schema>): Fault[] {
  const { auth, ops } = config;
  const faults: Fault[] = [];
  const fault = (field: string, message: string) => faults.push({ field, rule: "unauthenticated", message });
  for (const name of ["grpc", "connect"] as const) {
    const { host, tls } = config[name];
    if (isLoopback(host) || tls?.client_ca_file || auth.allow_unauthenticated || auth.token_sha256.length > 0) continue;
    fault(
      `${name}.host`,
      `listening on ${host} needs auth.token_sha256, tls.client_ca_file or auth.allow_unauthenticated: true`,
    );
  }
  if (!isLoopback(ops.host) && !ops.allow_unauthenticated) {
    fault(
      "ops.host",
      `listening on ${ops.host} needs ops.allow_unauthenticated: true, as this port asks for no credentials`,
    );
  }
  if (config.development) faults.push(...developmentFaults(config));
  return faults;
}

/** Whoever reaches a server in development mode moves its clock, credentials or not: it is for one machine only. */
function developmentFaults(config: z.output<typeof schema>): Fault[] {
  const exposed = (["grpc", "connect", "ops"] as const).filter((name) => !isLoopback(config[name].host));
  return exposed.map((name) => ({
    field: `${name}.host`,
    rule: "development",
    message: `with development: true only loopback may be listened on, such as 127.0.0.1, not ${config[name].host}`,
  }));
}

function describe(faults: readonly Fault[]): string {
  return `the configuration has ${faults.length} fault(s):\n${faults.map((f) => `  ${f.field}: ${f.message} [${f.rule}]`).join("\n")}`;
}
