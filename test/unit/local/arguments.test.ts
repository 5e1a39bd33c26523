import { expect, test } from "vitest";
import { parseArguments } from "../../../deploy/local/arguments.ts";

test("without arguments it serves, on free ports, in the default folder", () => {
  expect(parseArguments([], "/data")).toEqual({
    workflow: undefined,
    once: false,
    help: false,
    data: "/data",
    ports: { grpc: undefined, connect: undefined, ops: undefined, redis: undefined },
  });
});

test("ports can be given", () => {
  expect(parseArguments(["--grpc-port", "7070", "--redis-port=7001"], "/").ports).toMatchObject({
    grpc: 7070,
    redis: 7001,
  });
});

test("a workflow can be named", () => {
  expect(parseArguments(["merchant-order", "--once"], "/")).toMatchObject({ workflow: "merchant-order", once: true });
});

test.each([
  ["bookng", "did you mean 'booking'"],
  ["nothing-like-it", "there are food-order, order-fulfilment"],
])("an unknown workflow %s is refused with a suggestion", (name, suggestion) => {
  expect(() => parseArguments([name], "/")).toThrow(suggestion);
});

test.each([
  ["--twice"],
  ["once"],
  ["ride", "booking"],
  ["--grpc-port", "none"],
  ["--ops-port", "0"],
  ["--ops-port", "70000"],
  ["--data"],
])("%s %s is refused with a TypeError", (...args) => {
  expect(() => parseArguments(args, "/")).toThrow(TypeError);
});
