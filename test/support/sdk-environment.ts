import { createHash, randomUUID } from "node:crypto";
import { freePort } from "../../deploy/local/free-port.ts";
import { startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { createCertificates } from "./certificates.ts";
import { neverOpen } from "./lab.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { createTestProcesses } from "./test-processes.ts";

/** What the tests of an SDK in another language find around them. */
export interface SdkEnvironment {
  /**
   * BACKSTITCH_ADDRESS: an orchestrator, which looks for the participant `sdk` at BACKSTITCH_PARTICIPANT_PORT;
   * BACKSTITCH_TLS_ADDRESS: one that wants a client certificate (the files BACKSTITCH_TLS_CA, _CERT, _KEY) and
   * BACKSTITCH_TOKEN; BACKSTITCH_POSTGRES: an empty database. CI: nothing may be skipped.
   */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  end(): Promise<void>;
}

/** Starts Redis, two orchestrators and PostgreSQL. */
export async function startSdkEnvironment(): Promise<SdkEnvironment> {
  const ends: (() => unknown)[] = [];
  const end = async () => {
    for (const each of ends.splice(0).reverse()) await each();
  };
  try {
    const processes = await createTestProcesses();
    ends.push(() => processes.end());
    const redis = await startRedis();
    ends.push(() => redis.stop());
    const postgres = await startPostgres();
    ends.push(() => postgres.stop());
    const certificates = createCertificates();
    ends.push(() => certificates.remove());
    certificates.authority("ca");
    certificates.issue("orchestrator", "ca", "IP:127.0.0.1");
    certificates.issue("caller", "ca", "DNS:caller");

    const token = randomUUID();
    const participantPort = await freePort();
    // Nobody listens there until a test does.
    const participants = { sdk: { address: `127.0.0.1:${participantPort}`, breaker: neverOpen } };
    const settings = { lease: "1s", key_prefix: "plain" };
    const plain = await startOrchestrator(processes, { redisUrl: redis.url, participants, settings });
    const pair = {
      cert_file: certificates.path("orchestrator.pem"),
      key_file: certificates.path("orchestrator.key"),
      client_ca_file: certificates.path("ca.pem"),
    };
    const guarded = await startOrchestrator(processes, {
      name: "orchestrator-tls",
      redisUrl: redis.url,
      participants,
      settings: {
        ...settings,
        key_prefix: "guarded",
        grpc: { port: 0, tls: pair },
        auth: { token_sha256: [createHash("sha256").update(token).digest("hex")] },
      },
    });
    const env = {
      CI: "true",
      BACKSTITCH_ADDRESS: `127.0.0.1:${plain.grpcPort}`,
      BACKSTITCH_PARTICIPANT_PORT: String(participantPort),
      BACKSTITCH_TLS_ADDRESS: `127.0.0.1:${guarded.grpcPort}`,
      BACKSTITCH_TLS_CA: certificates.path("ca.pem"),
      BACKSTITCH_TLS_CERT: certificates.path("caller.pem"),
      BACKSTITCH_TLS_KEY: certificates.path("caller.key"),
      BACKSTITCH_TOKEN: token,
      BACKSTITCH_POSTGRES: postgres.url,
    };
    return { env, folder: processes.folder, end };
  } catch (error) {
    await end();
    throw error;
  }
}
