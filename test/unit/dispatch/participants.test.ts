import { describe, expect, test } from "vitest";
import { authorityOf, isNamed, parseTarget, resolveTarget } from "../../../orchestrator/src/dispatch/addresses.ts";
import { validateParticipants } from "../../../orchestrator/src/dispatch/participants.ts";

const valid = (raw: unknown) => {
  const result = validateParticipants(raw, "participants");
  if (result.kind === "invalid") throw new Error(JSON.stringify(result.faults));
  return result.participants;
};
const faultsOf = (raw: unknown) => {
  const result = validateParticipants(raw, "participants");
  return result.kind === "valid" ? [] : result.faults.map(({ field, rule }) => `${field}: ${rule}`);
};

describe("the configuration of participants", () => {
  test("a name and an address are enough", () => {
    const [config] = valid([{ name: "payment", address: "127.0.0.1:7002" }]);
    expect(config).toEqual({
      name: "payment",
      address: "127.0.0.1:7002",
      tls: "off",
      maxInFlight: 1000,
      serve: "auto",
      breaker: { errorPercent: 50, windowMs: 10_000, minCalls: 10, resetMs: 5000 },
      keepalive: { timeMs: 300_000, timeoutMs: 20_000 },
      maxConnectionAgeMs: 300_000,
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect(valid(undefined)).toEqual([]);
  });

  test("everything can be said", () => {
    const file = import.meta.filename;
    const tls = { ca_file: file, cert_file: file, key_file: file, server_name: "payment.internal" };
    const [config] = valid([
      {
        name: "pay.v2",
        address: "dns:///payment:7002",
        tls,
        max_in_flight: 5,
        serve: "off",
        breaker: { error_percent: 20, window_ms: 2000, min_calls: 3, reset_ms: 1000 },
        keepalive: { time_ms: 20_000, timeout_ms: 5000 },
        max_connection_age_ms: 60_000,
      },
    ]);
    expect(config).toMatchObject({
      tls: { caFile: file, certFile: file, keyFile: file, serverName: "payment.internal" },
      maxInFlight: 5,
      serve: "off",
      breaker: { errorPercent: 20, windowMs: 2000, minCalls: 3, resetMs: 1000 },
      keepalive: { timeMs: 20_000, timeoutMs: 5000 },
      maxConnectionAgeMs: 60_000,
    });
  });

  test("all faults are told at once, each with its path", () => {
    const faults = faultsOf([
      { name: "7pay", address: "nowhere", max_in_flight: 0, breaker: { error_percent: "half", colour: 1 } },
      { address: 7, tls: { cert_file: "/does/not/exist" }, serve: "maybe", retries: 3, keepalive: [] },
      { name: "a", address: "a:1" },
      { name: "a", address: "a:2" },
      "b",
    ]);
    expect(faults.sort()).toEqual(
      [
        "participants[0].name: invalid_format",
        "participants[0].address: custom",
        "participants[0].max_in_flight: too_small",
        "participants[0].breaker.error_percent: invalid_type",
        "participants[0].breaker.colour: unknown_key",
        "participants[1].name: invalid_type",
        "participants[1].address: invalid_type",
        "participants[1].tls.cert_file: custom",
        "participants[1].tls: custom",
        "participants[1].serve: invalid_value",
        "participants[1].retries: unknown_key",
        "participants[1].keepalive: invalid_type",
        "participants[3].name: duplicate",
        "participants[4]: invalid_type",
      ].sort(),
    );
    expect(faultsOf({ payment: {} })).toEqual(["participants: invalid_type"]);
  });
});

describe("addresses", () => {
  test.each([
    ["127.0.0.1:7002", { kind: "host", host: "127.0.0.1", port: 7002 }],
    ["payment:7002", { kind: "host", host: "payment", port: 7002 }],
    [
      "dns:///payment.shop.svc.cluster.local.:7002",
      { kind: "host", host: "payment.shop.svc.cluster.local.", port: 7002 },
    ],
    ["dns:payment:7002", { kind: "host", host: "payment", port: 7002 }],
    ["[::1]:7002", { kind: "host", host: "::1", port: 7002 }],
    ["unix:/run/payment.sock", { kind: "unix", path: "/run/payment.sock" }],
  ])("%s is one", (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  test.each([
    "payment",
    "payment:0",
    "payment:70000",
    ":7002",
    "::1:7002",
    "http://payment:7002",
    "xds:///p:1",
    "[a]:1",
    "",
  ])("%j is none", (text) => expect(parseTarget(text)).toBeUndefined());

  test("only names are looked up, and each address comes once", async () => {
    const resolve = async () => ["10.0.0.1", "10.0.0.2", "fd00::1", "10.0.0.1"];
    const of = (text: string) => resolveTarget(parseTarget(text)!, resolve);
    expect(await of("payment:7002")).toEqual(["ipv4:10.0.0.1:7002", "ipv4:10.0.0.2:7002", "ipv6:[fd00::1]:7002"]);
    expect(await of("127.0.0.1:7002")).toEqual(["ipv4:127.0.0.1:7002"]);
    expect(await of("unix:/p")).toEqual(["unix:/p"]);
    expect(isNamed(parseTarget("[::1]:1")!)).toBe(false);
    expect(authorityOf(parseTarget("[::1]:1")!)).toEqual({ host: "::1", authority: "[::1]:1" });
    expect(authorityOf(parseTarget("dns:///payment:1")!)).toEqual({ host: "payment", authority: "payment:1" });
  });
});
