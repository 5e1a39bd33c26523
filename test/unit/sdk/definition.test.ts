import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
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

test("only earlier steps can be named in after", () => {
  // @ts-expect-error "b" is not an earlier step
  saga("typed").call("a", "p.a", { after: ["b"] });
});

test("a target without participant or action is refused", () => {
  for (const target of ["reserve", ".reserve", "inventory.", ""]) {
    expect(() => saga("s").call("a", target)).toThrow(TypeError);
  }
});

test("what is not a duration is refused", () => {
  for (const timeout of ["10", "ten seconds", "-1s", "1y", -5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => saga("s").call("a", "p.a", { timeout })).toThrow(RangeError);
  }
});
