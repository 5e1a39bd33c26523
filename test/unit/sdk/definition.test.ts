import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { parseDefinition } from "../../../orchestrator/src/definition/parse.ts";
import { SagaDefinitionSchema } from "../../../sdk/typescript/src/gen/backstitch/v1/definition_pb.js";
import { saga } from "../../../sdk/typescript/src/index.ts";

const order = saga("order", { description: "sells things", deadline: "1h", labels: { team: "shop" }, retention: "30d" })
  .call("reserve", "inventory.reserve", {
    input: { items: "input.items", note: "'fixed'" },
    timeout: 2500,
    retry: { maxAttempts: 3, initial: "200ms", multiplier: 2, max: "5s" },
    undo: { input: { why: "'cancelled'" }, timeout: "5s", retry: { schedule: [0, "1s", "5s"] } },
  })
  .call("price", "pricing.quote", { undo: "none", after: [], when: "input.amount > 100" })
  .call("charge", "payment.charge", { after: ["reserve", "price"], pivot: true, onFailure: "SUSPEND" })
  .sleep("cool", "1.5m")
  .sleep("later", { until: "input.at" })
  .await("paid", "payment_received", { condition: "signal.ok", timeout: "2d" });

test("the builder gives the JSON of the definition, without what was not said", () => {
  expect(order.toJson()).toEqual({
    name: "order",
    description: "sells things",
    deadline: "3600s",
    labels: { team: "shop" },
    retention: "2592000s",
    steps: [
      {
        name: "reserve",
        call: {
          participant: "inventory",
          action: "reserve",
          input: { items: "input.items", note: "'fixed'" },
          timeout: "2.500s",
          retry: { maxAttempts: 3, initial: "0.200s", multiplier: 2, max: "5s" },
          undo: { with: { input: { why: "'cancelled'" }, timeout: "5s", retry: { schedule: ["0s", "1s", "5s"] } } },
        },
      },
      {
        name: "price",
        call: { participant: "pricing", action: "quote", undo: { none: {} } },
        after: { steps: [] },
        when: "input.amount > 100",
      },
      {
        name: "charge",
        call: { participant: "payment", action: "charge" },
        after: { steps: ["reserve", "price"] },
        onFailure: "ON_FAILURE_SUSPEND",
        pivot: true,
      },
      { name: "cool", sleep: { duration: "90s" } },
      { name: "later", sleep: { timestamp: "input.at" } },
      { name: "paid", await: { signal: "payment_received", condition: "signal.ok", timeout: "172800s" } },
    ],
  });
});

/** Says all that a definition can say. */
const stay = saga("stay", {
  description: "a booking",
  deadline: "40d",
  labels: { team: "homes" },
  retention: "7d",
  lock: { key: "input.listing_id", name: "dates", whenHeld: "WAIT" },
  output: { booking: "steps.book.output.id", nights: ["steps.nights.output.items"] },
})
  .call("book", "booking.create", {
    completionTimeout: "1d",
    heartbeatTimeout: "30s",
    retry: { schedule: [0, "1s"], maxAttempts: 9 },
    undo: { input: { why: "'cancelled'" }, retry: { maxAttempts: 7 } },
  })
  .forEach("nights", "input.nights", "calendar.hold", {
    input: { night: "item", place: "index" },
    concurrency: 4,
    when: "input.hold",
    onFailure: "SUSPEND",
  })
  .saga("pay", "payment", { version: 2, input: { amount: "input.amount" }, after: ["book"], when: "input.amount > 0" })
  .await("host", "host_answered", {
    condition: "signal.listing_id == input.listing_id",
    reject: "!signal.accepted",
    timeout: "1d",
    after: ["nights", "pay"],
    goBack: { to: "pay", times: 2, codes: ["HOST_BUSY", "SIGNAL_TIMEOUT"] },
  })
  .call("capture", "payment.capture", { pivot: true })
  .sleep("until_eve", { until: "timestamp(input.check_in) - duration('24h')" }, { when: "input.remind" })
  .call("remind", "mail.remind", { undo: "none", onFailure: "CONTINUE" })
  .sleep("two_days", "2d")
  .call("pay_out", "payment.pay_out", { when: "true", onFailure: "RETRY" });

const stayYaml = `
name: stay
description: a booking
deadline: 40d
labels: { team: homes }
retention: 7d
lock: { key: input.listing_id, name: dates, when_held: WAIT }
output: { booking: steps.book.output.id, nights: [steps.nights.output.items] }
steps:
  - name: book
    call:
      participant: booking
      action: create
      completion_timeout: 1d
      heartbeat_timeout: 30s
      retry: { schedule: [0s, 1s], max_attempts: 9 }
      undo: { input: { why: "'cancelled'" }, retry: { max_attempts: 7 } }
  - name: nights
    for_each:
      items: input.nights
      call: { participant: calendar, action: hold, input: { night: item, place: index } }
      concurrency: 4
    when: input.hold
    on_failure: SUSPEND
  - name: pay
    saga: { definition: payment, version: 2, input: { amount: input.amount } }
    after: book
    when: input.amount > 0
  - name: host
    await:
      signal: host_answered
      condition: signal.listing_id == input.listing_id
      reject: "!signal.accepted"
      timeout: 1d
    after: [nights, pay]
    go_back: { to: pay, times: 2, codes: [HOST_BUSY, SIGNAL_TIMEOUT] }
  - name: capture
    call: { participant: payment, action: capture }
    pivot: true
  - name: until_eve
    sleep: { timestamp: timestamp(input.check_in) - duration('24h') }
    when: input.remind
  - name: remind
    call: { participant: mail, action: remind, undo: none }
    on_failure: CONTINUE
  - name: two_days
    sleep: { duration: 2d }
  - name: pay_out
    call: { participant: payment, action: pay_out }
    when: "true"
    on_failure: RETRY
`;

/** What the orchestrator reads in a file. */
function read(yaml: string) {
  const { faults, message } = parseDefinition(yaml);
  expect(faults).toEqual([]);
  return message && toJson(SagaDefinitionSchema, message);
}

test("the builder gives the message that the orchestrator reads in the same definition as YAML", () => {
  expect(toJson(SagaDefinitionSchema, stay.build())).toEqual(read(stayYaml));
  expect(read(JSON.stringify(stay.toJson()))).toEqual(read(stayYaml));
});

test("the short forms of the builder and those of a file say the same", () => {
  const short = saga("ride", { lock: "input.rider" })
    .call("match", "drivers.match")
    .await("arrival", "driver_arrived", { goBack: "match" })
    .sleep("pause", "10s")
    .forEach("stops", "input.stops", "drivers.visit");
  const yaml = `
name: ride
lock: input.rider
steps:
  - { name: match, call: { participant: drivers, action: match } }
  - { name: arrival, await: driver_arrived, go_back: match }
  - { name: pause, sleep: 10s }
  - { name: stops, for_each: { items: input.stops, call: { participant: drivers, action: visit } } }
`;
  expect(toJson(SagaDefinitionSchema, short.build())).toEqual(read(yaml));
});

test("the message and the JSON are the same definition", () => {
  const again = fromJson(SagaDefinitionSchema, order.toJson() as JsonValue);
  expect(toJson(SagaDefinitionSchema, order.build())).toEqual(toJson(SagaDefinitionSchema, again));
  expect(order.build().steps).toHaveLength(6);
});

test("a builder may be branched: adding a step leaves the shorter one as it was", () => {
  const base = saga("base").call("a", "p.a");
  base.call("b", "p.b");
  expect(base.toJson().steps).toHaveLength(1);
});

test("only earlier steps can be named in after and goBack", () => {
  // @ts-expect-error "b" is not an earlier step
  saga("typed").call("a", "p.a", { after: ["b"] });
  // @ts-expect-error "b" is not an earlier step
  saga("typed").call("a", "p.a", { goBack: "b" });
  const one = saga("typed").sleep("a", "1s");
  // @ts-expect-error a step cannot go back to itself
  one.forEach("b", "input.items", "p.a", { goBack: { to: "b" } });
});

test("a target without participant or action is refused", () => {
  for (const target of ["reserve", ".reserve", "inventory.", ""]) {
    expect(() => saga("s").call("a", target)).toThrow(TypeError);
    expect(() => saga("s").forEach("a", "input.items", target)).toThrow(TypeError);
  }
});

test("what is not a duration is refused", () => {
  for (const timeout of ["10", "ten seconds", "-1s", "1y", -5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => saga("s").call("a", "p.a", { timeout })).toThrow(RangeError);
  }
});
