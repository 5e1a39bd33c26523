import { expect, test } from "vitest";
import { participant, rejected, retryAfter } from "../../../sdk/typescript/src/index.ts";

test("one server may host several participants", () => {
  expect(() => participant({ payment: { charge: { do() {} } }, stock: { reserve: { do() {} } } })).not.toThrow();
});

test("an action's name must be unique within a server, and the error names both owners", () => {
  const twice = { payment: { charge: { do() {} } }, billing: { charge: { do() {} } } };
  expect(() => participant(twice)).toThrow(/"payment" and "billing".*"charge"/);
});

test("a participant without actions, or an action without a do, is refused", () => {
  expect(() => participant({})).toThrow("at least one action");
  expect(() => participant({ payment: {} })).toThrow("at least one action");
  expect(() => participant({ payment: { charge: {} as never } })).toThrow("payment.charge");
});

test("a refusal needs a code, and a delay is not negative", () => {
  expect(() => rejected("")).toThrow(RangeError);
  expect(() => rejected("X".repeat(101))).toThrow(RangeError);
  expect(() => retryAfter(-1)).toThrow(RangeError);
  expect(() => retryAfter(Number.NaN)).toThrow(RangeError);
});
