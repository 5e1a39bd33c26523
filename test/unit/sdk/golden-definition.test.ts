import { readFileSync } from "node:fs";
import { equals, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { parseDefinition } from "../../../orchestrator/src/definition/parse.ts";
import { SagaDefinitionSchema } from "../../../sdk/typescript/src/gen/backstitch/v1/definition_pb.js";
import { saga } from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";

/** The calls of test/conformance/definition.md, which every SDK's builder makes. */
const stay = saga("stay", {
  description: "A stay at a host's place: booked, agreed on, paid and looked back on.",
  deadline: "40d",
  labels: { team: "homes", tier: "1" },
  retention: "7d",
  lock: { key: "input.listing_id", name: "dates", whenHeld: "WAIT" },
  output: { booking: "steps.book.output.id", nights: ["steps.nights.output.items"], guests: 2 },
})
  .call("book", "booking.create", {
    timeout: "2.5s",
    retry: { maxAttempts: 3, initial: "200ms", multiplier: 1.5, max: "5s" },
    undo: { input: { why: "'cancelled'" }, timeout: "5s", retry: { maxAttempts: 50 } },
  })
  .call("quote", "pricing.quote", { after: [], undo: "none", onFailure: "COMPENSATE" })
  .forEach("nights", "input.nights", "calendar.hold", {
    after: ["book", "quote"],
    input: { night: "item", place: "index" },
    concurrency: 4,
    timeout: "4s",
    onFailure: "SUSPEND",
  })
  .call("authorize", "payment.authorize", {
    input: { amount: "input.amount" },
    completionTimeout: "1h",
    heartbeatTimeout: "30s",
    retry: { schedule: ["0s", "1s", "5s", "30s"], maxAttempts: 9 },
    goBack: "nights",
  })
  .await("host", "host_answered", {
    condition: "signal.listing_id == input.listing_id",
    reject: "!signal.accepted",
    timeout: "1d",
    goBack: { to: "authorize", times: 2, codes: ["HOST_BUSY", "SIGNAL_TIMEOUT"] },
  })
  .call("capture", "payment.capture", { pivot: true, when: "input.amount > 0" })
  .sleep("eve", { until: "timestamp(input.check_in) - duration('24h')" }, { when: "input.remind" })
  .call("remind", "mail.remind", { undo: "none", onFailure: "CONTINUE" })
  .sleep("stayed", "2d")
  .call("pay_out", "payment.pay_out", { onFailure: "RETRY" })
  .saga("review", "review", {
    version: 2,
    input: { booking: "steps.book.output.id" },
    after: ["capture", "stayed"],
    onFailure: "CONTINUE",
  });

const golden = JSON.parse(
  readFileSync(new URL("../../conformance/definition.json", import.meta.url), "utf8"),
) as JsonValue;

test(
  "the builder makes the golden definition that the builders of all languages make",
  shows("definition.builder"),
  () => {
    expect(stay.toJson()).toEqual(golden);
    expect(equals(SagaDefinitionSchema, stay.build(), fromJson(SagaDefinitionSchema, golden))).toBe(true);
  },
);

test("the golden definition breaks no rule", () => {
  const { faults, message } = parseDefinition(JSON.stringify(golden));
  expect(faults).toEqual([]);
  expect(message && equals(SagaDefinitionSchema, message, stay.build())).toBe(true);
});
