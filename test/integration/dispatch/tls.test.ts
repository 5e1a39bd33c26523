import { ServerCredentials } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, createCertificates } from "../../support/certificates.ts";
import { cleanUp, configOf, createHarness, serving, startParticipant } from "./support.ts";

let certificates: Certificates;
const file = (name: string) => certificates.path(name);

beforeAll(() => {
  certificates = createCertificates();
  certificates.authority("ca");
  certificates.authority("other-ca");
  certificates.issue("server", "ca", "DNS:payment.internal");
  certificates.issue("client", "ca", "DNS:orchestrator.internal");
  certificates.issue("stranger", "other-ca", "DNS:orchestrator.internal");
});
afterAll(() => certificates.remove());
afterEach(cleanUp);

/** A TLS participant whose certificate is for payment.internal; it asks for a client certificate where told to. */
function startTls(askForCertificate: boolean) {
  const pair = { private_key: certificates.read("server.key"), cert_chain: certificates.read("server.pem") };
  const credentials = ServerCredentials.createSsl(certificates.read("ca.pem"), [pair], askForCertificate);
  return startParticipant({ serve: serving(() => "{}") }, 0, credentials);
}

const none = { kind: "failed", effect: "none", retry: true, failure: { code: "UNAVAILABLE" } };

describe("TLS", () => {
  test("a participant with a certificate of a known authority, for the name expected, is called", async () => {
    const { address } = await startTls(false);
    const tls = { ca_file: file("ca.pem"), server_name: "payment.internal" };
    expect(await createHarness([configOf(address, { tls })]).call()).toEqual({ kind: "done", output: "{}" });
  });

  test("the host of the address is the name expected, whatever it resolves to", async () => {
    const { port } = await startTls(false);
    const config = configOf(`payment.internal:${port}`, { tls: { ca_file: file("ca.pem") } });
    const { call } = createHarness([config], { resolve: async () => ["127.0.0.1"] });
    expect(await call()).toEqual({ kind: "done", output: "{}" });
  });

  test.each([
    ["of an unknown authority", () => ({ ca_file: file("other-ca.pem"), server_name: "payment.internal" })],
    ["for another name", () => ({ ca_file: file("ca.pem"), server_name: "shipping.internal" })],
  ])("a participant with a certificate %s is sent nothing", async (_, tls) => {
    const { address } = await startTls(false);
    expect(await createHarness([configOf(address, { tls: tls() })]).call()).toMatchObject(none);
  });

  test("with mTLS the orchestrator shows its certificate; a stranger is sent away", async () => {
    const { address } = await startTls(true);
    const tls = { ca_file: file("ca.pem"), server_name: "payment.internal" };
    const withPair = (name: string) => ({ ...tls, cert_file: file(`${name}.pem`), key_file: file(`${name}.key`) });
    expect(await createHarness([configOf(address, { tls: withPair("client") })]).call()).toMatchObject({
      kind: "done",
    });
    for (const bad of [withPair("stranger"), tls]) {
      expect(await createHarness([configOf(address, { tls: bad })]).call({ timeoutMs: 1000 })).toMatchObject(none);
    }
  });
});
