import { afterAll, beforeAll, expect, test } from "vitest";
import { type ParticipantServer, participant } from "../../sdk/typescript/src/index.ts";
import { createCertificates } from "../support/certificates.ts";
import { UsageError } from "./src/fields.ts";
import { runConformance } from "./src/run.ts";

const certificates = createCertificates();
let server: ParticipantServer;
let target: string;
beforeAll(async () => {
  certificates.authority("ca");
  certificates.issue("participant", "ca", "DNS:localhost");
  certificates.issue("kit", "ca", "DNS:kit");
  const { read } = certificates;
  const tls = { key: read("participant.key"), cert: read("participant.pem"), clientCa: read("ca.pem") };
  server = participant({ some: { bare: { do() {}, undo() {} } } }, { tls });
  target = `localhost:${(await server.listen()).port}`;
});
afterAll(async () => {
  await server?.stop({ graceMs: 0 });
  certificates.remove();
});

const only = ["done-without-barrier"];

test("a participant that asks for a certificate is shown one", async () => {
  const { path } = certificates;
  const tls = { ca: path("ca.pem"), cert: path("kit.pem"), key: path("kit.key") };
  const { results } = await runConformance({ target, tls, only });
  expect(results.map(({ verdict }) => verdict)).toEqual(["holds", "holds"]);
});

test("with plain text nobody is found there", async () => {
  await expect(runConformance({ target, only })).rejects.toThrow(UsageError);
});
