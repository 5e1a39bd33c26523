import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CallContext } from "../../../sdk/typescript/src/context.ts";
import { CommandContextSchema } from "../../../sdk/typescript/src/gen/backstitch/v1/participant_service_pb.js";

test.each([
  ["s1/hold", undefined],
  ["s1/hold@2", undefined],
  ["s1/hold#0", 0],
  ["shop/s1/hold#12@1", 12],
])("the effect %s has the item %s", (effectId, item) => {
  const context = create(CommandContextSchema, { effectId });
  const nothing = { input: undefined, doInput: undefined, doOutput: undefined, deadlineMs: Number.POSITIVE_INFINITY };
  const signal = () => new AbortController().signal;
  expect(new CallContext({ direction: "do", context, ...nothing }, { signal }).item).toBe(item);
});
