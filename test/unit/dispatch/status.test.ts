import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { failedWith } from "../../../orchestrator/src/dispatch/outcome.ts";
import { rulings, statusName } from "../../../orchestrator/src/dispatch/status.ts";

/** Written out once more on purpose: whoever changes the table says so here too. retry, effect, fault. */
const expected = {
  CANCELLED: [true, "unknown", true],
  UNKNOWN: [true, "unknown", true],
  INVALID_ARGUMENT: [false, "unknown", false],
  DEADLINE_EXCEEDED: [true, "unknown", true],
  NOT_FOUND: [false, "unknown", false],
  ALREADY_EXISTS: [false, "unknown", false],
  PERMISSION_DENIED: [false, "unknown", false],
  RESOURCE_EXHAUSTED: [true, "unknown", false],
  FAILED_PRECONDITION: [false, "unknown", false],
  ABORTED: [true, "unknown", false],
  OUT_OF_RANGE: [false, "unknown", false],
  UNIMPLEMENTED: [false, "none", false],
  INTERNAL: [true, "unknown", true],
  UNAVAILABLE: [true, "unknown", true],
  DATA_LOSS: [false, "unknown", true],
  UNAUTHENTICATED: [false, "unknown", false],
} as const;

const names = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== "OK");

describe("the status table", () => {
  test("has a row for every error status of gRPC and no other", () => {
    expect(Object.keys(rulings).sort()).toEqual(names.sort());
  });

  test.each(Object.entries(expected))("%s means what it should", (name, [retry, effect, fault]) => {
    const reply = failedWith(name as keyof typeof expected, "because", 250);
    expect(reply.fault).toBe(fault);
    expect(reply.outcome).toEqual({
      kind: "failed",
      effect,
      retry,
      failure: { kind: name === "DEADLINE_EXCEEDED" ? "TIMEOUT" : "TECHNICAL", code: name, message: "because" },
      retryAfterMs: 250,
    });
  });

  test("a number that is no error status is UNKNOWN", () => {
    for (const code of [0, 17, -1, 999, 2]) expect(statusName(code)).toBe("UNKNOWN");
    expect(statusName(14)).toBe("UNAVAILABLE");
  });

  test.each([
    "Received message larger than max (9000000 vs 8388608)",
    "grpc: received message larger than max (9000000 vs. 4194304)",
  ])("a message above a limit would be above it again: %s", (message) => {
    expect(failedWith("RESOURCE_EXHAUSTED", message, undefined).outcome).toMatchObject({
      retry: false,
      effect: "unknown",
    });
  });
});
