import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadConfig, validateConfig } from "../../../orchestrator/src/config.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(raw: unknown): string[] {
  try {
    validateConfig(raw, folder);
    return [];
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BackstitchError);
    return (thrown as BackstitchError).faults.map(({ field, rule }) => `${field} ${rule}`);
  }
}

describe("the configuration", () => {
  test("an empty one is all defaults, on loopback", () => {
    const config = validateConfig({}, folder);
    expect(config).toMatchObject({ lease: 5000, retention: 604_800_000, grace: 10_000, participants: [] });
    expect([config.grpc.host, config.connect.host, config.ops.host]).toEqual(Array(3).fill("127.0.0.1"));
  });

  test("durations have units", () => {
    expect(validateConfig({ lease: "1.5s", grace: "2m", retention: "12h" }, folder)).toMatchObject({
      lease: 1500,
      grace: 120_000,
      retention: 43_200_000,
    });
    expect(faultsOf({ lease: 5000, grace: "soon" })).toEqual(["lease invalid_type", "grace invalid_format"]);
  });

  test("all faults are told at once, with their fields and rules", () => {
    const raw = {
      colour: "blue",
      grpc: { port: 70_000 },
      redis: { url: "http://redis" },
      auth: { token_sha256: ["secret"] },
      connect: { tls: { cert_file: "missing.pem", key_file: "missing.pem" } },
      participants: [{ name: "payment", address: "127.0.0.1:1", breaker: { windows: 3 } }, { name: "payment" }],
    };
    expect(faultsOf(raw).sort()).toEqual(
      [
        "auth.token_sha256[0] invalid_format",
        "colour unknown_key",
        "connect.tls.cert_file custom",
        "connect.tls.key_file custom",
        "grpc.port too_big",
        "participants[0].breaker.windows unknown_key",
        "participants[1].address invalid_type",
        "participants[1].name duplicate",
        "redis.url invalid_format",
      ].sort(),
    );
  });

  test("nothing listens beyond loopback without credentials, or plain words", () => {
    const open = { grpc: { host: "0.0.0.0" }, connect: { host: "::" }, ops: { host: "10.0.0.1" } };
    expect(faultsOf(open)).toEqual([
      "grpc.host unauthenticated",
      "connect.host unauthenticated",
      "ops.host unauthenticated",
    ]);
    const auth = { token_sha256: ["0".repeat(64)] };
    expect(faultsOf({ ...open, auth })).toEqual(["ops.host unauthenticated"]);
    const ops = { host: "10.0.0.1", allow_unauthenticated: true };
    expect(faultsOf({ ...open, ops, auth: { allow_unauthenticated: true } })).toEqual([]);
  });

  test("a server in development mode listens on loopback only, whatever its credentials", () => {
    expect(validateConfig({ development: true }, folder).development).toBe(true);
    expect(validateConfig({}, folder).development).toBe(false);
    const open = {
      grpc: { host: "0.0.0.0" },
      connect: { host: "::" },
      ops: { host: "10.0.0.1", allow_unauthenticated: true },
    };
    const auth = { token_sha256: ["0".repeat(64)] };
    expect(faultsOf({ ...open, auth, development: true })).toEqual([
      "grpc.host development",
      "connect.host development",
      "ops.host development",
    ]);
    expect(faultsOf({ grpc: { host: "localhost" }, connect: { host: "::1" }, development: true })).toEqual([]);
  });

  test("there are no limits to the sagas that run, unless it says so", () => {
    expect(validateConfig({}, folder).limits).toEqual({});
    const limits = { active_sagas: 50_000, backlog: 1000 };
    expect(validateConfig({ limits }, folder).limits).toEqual(limits);
    expect(faultsOf({ limits: { active_sagas: 0, backlog: 1.5, sagas: 3 } })).toEqual([
      "limits.active_sagas too_small",
      "limits.backlog invalid_type",
      "limits.sagas unknown_key",
    ]);
  });

  test("a file's paths are relative to it, and the environment wins", () => {
    const file = join(folder, "backstitch.yaml");
    writeFileSync(file, "definitions: sagas\nlog_level: warn\n");
    const config = loadConfig(file, { BACKSTITCH_REDIS_URL: "redis://elsewhere:1", BACKSTITCH_LOG_LEVEL: "error" });
    expect(config).toMatchObject({
      definitions: join(folder, "sagas"),
      redis: { url: "redis://elsewhere:1" },
      log_level: "error",
    });
  });

  test("malformed YAML is told with its place", () => {
    const file = join(folder, "broken.yaml");
    writeFileSync(file, "grpc: {\nport: 1");
    expect(() => loadConfig(file, {})).toThrow(/broken\.yaml: .*line 2/);
  });
});
