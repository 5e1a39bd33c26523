import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { AnySchema, anyUnpack, DurationSchema } from "@bufbuild/protobuf/wkt";
import { status as grpcStatus } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { grpcErrorOf } from "../../../orchestrator/src/api/grpc-status.ts";
import { wireStatusOf } from "../../../orchestrator/src/api/status.ts";
import { BackstitchError, type ErrorCode as Code, statusOf } from "../../../orchestrator/src/errors.ts";
import {
  ErrorCode,
  ErrorCodeSchema,
  ErrorDetailSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/errors_pb.js";

const codes = Object.keys(statusOf) as Code[];

describe("the error codes", () => {
  test("are those of the contract, no more and no fewer", () => {
    const contract = ErrorCodeSchema.values.filter((v) => v.number !== 0).map((v) => v.name.replace("ERROR_CODE_", ""));
    expect([...codes].sort()).toEqual(contract.sort());
  });

  test.each(codes)("%s has the gRPC status that the contract's comment gives it", (code) => {
    const proto = readFileSync("proto/backstitch/v1/errors.proto", "utf8");
    const comment = new RegExp(`// ([A-Z_]+): [^\\n]*\\n  ERROR_CODE_${code} =`).exec(proto)?.[1];
    expect(statusOf[code]).toBe(comment);
    const wire = wireStatusOf(new BackstitchError(code, "so"));
    expect(grpcStatus[wire.code]).toBe(comment);
    expect(wire.detail.code).toBe(ErrorCode[code]);
  });
});

describe("an error on the wire", () => {
  test("carries code, message and all faults as google.rpc.Status", () => {
    const faults = [{ field: "labels.a", rule: "pattern", message: "must be ä" }];
    const error = grpcErrorOf(new BackstitchError("OVERLOADED", "voll ✋", { faults }));
    expect(error).toMatchObject({ code: 8, details: "voll ✋" });
    const status = decodeStatus(error.metadata!.get("grpc-status-details-bin")[0] as Buffer);
    expect(status).toMatchObject({ code: 8, message: "voll ✋" });
    const detail = anyUnpack(status.details[0]!, ErrorDetailSchema);
    expect(detail).toMatchObject({ code: ErrorCode.OVERLOADED, faults });
    expect(status.details[1]!.typeUrl).toBe("type.googleapis.com/google.rpc.RetryInfo");
    const delay = new BinaryReader(status.details[1]!.value);
    delay.tag();
    expect(fromBinary(DurationSchema, delay.bytes()).seconds).toBe(1n);
  });

  test.each([
    [undefined, 1n, 0],
    [2_500, 2n, 500_000_000],
    [0.2, 0n, 1_000_000],
  ])("tells when to try again: after %s ms", (retryAfterMs, seconds, nanos) => {
    const { retryInfo } = wireStatusOf(new BackstitchError("OVERLOADED", "full", { retryAfterMs }));
    const delay = new BinaryReader(retryInfo!);
    delay.tag();
    expect(fromBinary(DurationSchema, delay.bytes())).toMatchObject({ seconds, nanos });
    expect(wireStatusOf(new BackstitchError("TOO_LARGE", "large")).retryInfo).toBeUndefined();
  });

  test("says nothing of what went wrong inside", () => {
    const wire = wireStatusOf(BackstitchError.from(new Error("secret of /srv/x")));
    expect(JSON.stringify({ ...wire, code: 0 })).not.toContain("secret");
    expect(wire.detail.code).toBe(ErrorCode.INTERNAL);
  });

  test("fits into the headers that clients take, however many faults there are", () => {
    const faults = Array.from({ length: 400 }, (_, i) => ({
      field: `steps[${i}].${"x".repeat(1_000)}`,
      rule: "pattern",
      message: "é".repeat(5_000),
    }));
    const error = grpcErrorOf(new BackstitchError("INVALID_DEFINITION", "m".repeat(50_000), { faults }));
    const bytes = error.metadata!.get("grpc-status-details-bin")[0] as Buffer;
    expect(bytes.toString("base64").length + encodeURI(error.details!).length).toBeLessThan(8_000);
    const { faults: told } = anyUnpack(decodeStatus(bytes).details[0]!, ErrorDetailSchema)!;
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toMatchObject({ rule: "more", message: `and ${400 - (told.length - 1)} more` });
  });
});

function decodeStatus(bytes: Uint8Array) {
  const reader = new BinaryReader(bytes);
  const status = { code: 0, message: "", details: [] as ReturnType<typeof readAny>[] };
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field === 1) status.code = reader.int32();
    else if (field === 2) status.message = reader.string();
    else status.details.push(readAny(reader.bytes()));
  }
  return status;
}

function readAny(bytes: Uint8Array) {
  return fromBinary(AnySchema, bytes);
}
