import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { clampDelay, retryDelayOf } from "../../../orchestrator/src/dispatch/retry-info.ts";

function detail(type: string, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(1, 2).string(`type.googleapis.com/${type}`).tag(2, 2).bytes(value).finish();
}
function retryInfo(seconds: number, nanos: number): Uint8Array {
  const delay = new BinaryWriter().tag(1, 0).int64(seconds).tag(2, 0).int32(nanos).finish();
  return detail("google.rpc.RetryInfo", new BinaryWriter().tag(1, 2).bytes(delay).finish());
}
function statusOf(...details: Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter().tag(1, 0).int32(8).tag(2, 2).string("slow down");
  for (const item of details) writer.tag(3, 2).bytes(item);
  return writer.finish();
}

describe("the delay that a RetryInfo asks for", () => {
  test("is found among other details, in milliseconds", () => {
    const other = detail("google.rpc.ErrorInfo", new Uint8Array([1, 2, 3]));
    expect(retryDelayOf(statusOf(other, retryInfo(2, 250_000_000)))).toBe(2250);
  });

  test("is none where nothing asks, or asks for nothing, or cannot be read", () => {
    const other = detail("google.rpc.ErrorInfo", new Uint8Array());
    for (const trailer of [statusOf(), statusOf(other), statusOf(retryInfo(0, 0)), statusOf(retryInfo(-5, 0))]) {
      expect(retryDelayOf(trailer)).toBeUndefined();
    }
    expect(retryDelayOf(new Uint8Array([0xff, 0xff, 0xff]))).toBeUndefined();
    expect(retryDelayOf(statusOf(retryInfo(1, 0)).subarray(0, 30))).toBeUndefined();
  });

  test("is at most a day", () => {
    expect(retryDelayOf(statusOf(retryInfo(1e9, 0)))).toBe(86_400_000);
    expect(clampDelay(0.2)).toBe(1);
  });
});
