import { expect, test } from "vitest";
import { parseArguments } from "../../../deploy/local/arguments.ts";

test("without arguments it serves, on free ports, in the default folder", () => {
  expect(parseArguments([], "/data")).toEqual({
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

test.each([["--twice"], ["once"], ["--grpc-port", "none"], ["--ops-port", "0"], ["--ops-port", "70000"], ["--data"]])(
  "%s %s is refused with a TypeError",
  (...args) => {
    expect(() => parseArguments(args, "/")).toThrow(TypeError);
  },
);
