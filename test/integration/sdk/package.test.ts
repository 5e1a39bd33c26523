/** The npm packages as they are published, used from a folder that has nothing of the repository's sources. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { succeed } from "../../../deploy/local/succeed.ts";
import { repository } from "../../../deploy/local/toolchains.ts";
import { removeFolder, temporaryFolder } from "../../support/redis-process.ts";

let folder: string;
const modules = () => join(folder, "node_modules");

beforeAll(async () => {
  folder = await temporaryFolder("package");
  for (const name of ["@bufbuild", "@connectrpc", "@grpc", "@types", "grpc-health-check", "undici-types", "yaml"]) {
    mkdirSync(dirname(join(modules(), name)), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), join(modules(), name));
  }
  await succeed(process.execPath, [join(repository, "sdk/typescript/build.ts"), join(modules(), "@backstitch/sdk")]);
  const kit = join(modules(), "backstitch-conformance");
  for (const part of ["package.json", "bin", "cases"]) {
    cpSync(join(repository, "test/conformance", part), join(kit, part), { recursive: true });
  }
  const project = join(repository, "test/conformance/tsconfig.build.json");
  await succeed("tsc", ["-p", project, "--outDir", join(kit, "dist")]);
}, 60_000);
afterAll(() => removeFolder(folder));

const program = `import { createClient, participant, rejected, saga } from "@backstitch/sdk";
import { ParticipantService } from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";

const server = participant({
  payment: { charge: { do: (input: { amount: number }) => { if (input.amount > 1) throw rejected("NO"); return {}; } } },
});
const { port } = await server.listen();
const { name } = saga("order").call("pay", "payment.charge").toJson();
createClient({ address: "127.0.0.1:1" }).close();
console.log(ParticipantService.typeName, name, port > 0);
await server.stop();
`;

test("the SDK's package works without a build of the user's, and its types are found", async () => {
  const file = join(folder, "program.mts");
  writeFileSync(file, program);
  expect(await succeed(process.execPath, [file])).toBe("backstitch.v1.ParticipantService order true\n");
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--target",
    "es2024",
    "--module",
    "nodenext",
    "--types",
    "node",
  ];
  await succeed("tsc", [...options, "--typeRoots", join(modules(), "@types"), "--skipLibCheck", file]);
}, 60_000);

test("the conformance kit's package runs", async () => {
  const bin = join(modules(), "backstitch-conformance/bin/backstitch-conformance.mjs");
  expect(await succeed(process.execPath, [bin, "--help"])).toContain("--target");
  await expect(succeed(process.execPath, [bin, "--target", "127.0.0.1:1"])).rejects.toThrow(/127\.0\.0\.1:1/);
});
