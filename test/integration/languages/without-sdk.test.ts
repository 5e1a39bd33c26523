import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JsonObject } from "@bufbuild/protobuf";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type OrchestratorProcess, startOrchestrator } from "../../../deploy/local/orchestrator.ts";
import { python } from "../../../deploy/local/python-environment.ts";
import { succeed } from "../../../deploy/local/succeed.ts";
import { repository } from "../../../deploy/local/toolchains.ts";
import { type Client, createClient, saga } from "../../../sdk/typescript/src/index.ts";
import type { Answer } from "../../conformance/src/answer.ts";
import { runConformance } from "../../conformance/src/run.ts";
import { openUnary } from "../../conformance/src/unary-link.ts";
import { builtSamples } from "../../support/built-samples.ts";
import { blocksOf } from "../../support/markdown.ts";
import { viewParticipant } from "../../support/participant-view.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createTestProcesses, type TestProcesses } from "../../support/test-processes.ts";
import { lacks } from "../../support/toolchain.ts";
import { until } from "../../support/until.ts";

const example = join(repository, "participants/without-sdk");
const readme = readFileSync(join(example, "README.md"), "utf8");

/** The cases that show that the barrier, the deadline and the refusals are right. */
const mustHold = [
  "done",
  "rejected",
  "undo-rejected",
  "pending",
  "duplicate-do",
  "duplicate-undo",
  "duplicate-of-refusal",
  "duplicate-of-pending",
  "items-and-rounds-are-effects",
  "undo-without-do",
  "do-after-undo",
  "undo-of-refusal",
  "concurrent-duplicates",
  "concurrent-duplicates-over-connections",
  "concurrent-undos",
  "do-and-undo-race",
  "many-duplicates-of-both",
  "many-effects",
  "no-time-left",
  "deadline-passed",
  "undo-no-time-left",
  "timeout-wins",
  "fail",
  "unknown-action",
  "no-effect-id",
  "no-idempotency-key",
  "killed-answers",
  "stop-keeps-answers",
  "health",
];

describe.skipIf(lacks("python"))("a participant without an SDK", () => {
  let processes: TestProcesses;
  let env: { PYTHONPATH: string };
  const program = ["-S", join(example, "participant.py")];

  beforeAll(async () => {
    await builtSamples("python");
    processes = await createTestProcesses();
    const stubs = await generateStubs(processes.folder);
    env = {
      PYTHONPATH: [stubs, await packagesOf(processes.folder, "grpc", "google", "typing_extensions.py")].join(":"),
    };
  }, 120_000);
  afterAll(() => processes?.end());

  const start = async (database: string) => {
    const { ready } = await processes.startReporting<{ port: number }>(
      `seats-${database}`,
      python,
      [...program, "--db", join(processes.folder, `${database}.db`)],
      env,
    );
    return { address: `127.0.0.1:${ready.port}`, database: join(processes.folder, `${database}.db`) };
  };

  test("its code is formatted, and lint finds nothing", async () => {
    const settings = ["--no-cache", "--config", "sdk/python/pyproject.toml", example];
    await succeed(python, ["-m", "ruff", "format", "--check", ...settings]);
    await succeed(python, ["-m", "ruff", "check", ...settings]);
  });

  test("keeps the rules, as far as its actions can show them", async () => {
    const { results, endedByItself } = await runConformance({
      command: [
        ...["env", `PYTHONPATH=${env.PYTHONPATH}`, python, ...program],
        ...["--db", join(processes.folder, "conformance.db"), "--port", "{port}"],
      ],
      actions: join(example, "conformance.yaml"),
      transports: ["unary"],
    });
    const withVerdict = (wanted: string) => results.filter(({ verdict }) => verdict === wanted);
    expect(endedByItself).toBeUndefined();
    expect(withVerdict("fails")).toEqual([]);
    expect(withVerdict("holds").map(({ id }) => id)).toEqual(expect.arrayContaining(mustHold));
    expect(withVerdict("holds").filter(({ leftOut }) => leftOut !== undefined)).toEqual([]);
  });

  describe("called by hand", () => {
    let database: DatabaseSync;
    let link: ReturnType<typeof openUnary>;
    beforeAll(async () => {
      const { address, database: file } = await start("by-hand");
      database = new DatabaseSync(file);
      link = openUnary({ address, credentials: credentials.createInsecure() });
    });
    afterAll(() => {
      link?.close();
      database?.close();
    });

    function send(direction: "do" | "undo", action: string, effectId: string, input: JsonObject, timeoutMs = 10_000) {
      const timeout = { seconds: 0n, nanos: timeoutMs * 1e6 };
      if (timeoutMs >= 1000) Object.assign(timeout, { seconds: BigInt(timeoutMs / 1000), nanos: 0 });
      const context = {
        sagaId: "by-hand",
        action,
        effectId,
        idempotencyKey: `${effectId}/${direction}`,
        attempt: 1,
        timeout,
      };
      const payloads = { input, doInput: input, doOutput: input, fields: {}, callDeadlineMs: undefined };
      return link.send({ direction, hasDirection: true, context, ...payloads }).answer;
    }
    const book = (effectId: string, show: string, timeoutMs?: number) =>
      send("do", "book", effectId, { show, seats: 2 }, timeoutMs);
    const countsOf = (effectId: string) => send("do", "audit", `audit-${effectId}`, { effect_id: effectId });

    test("a refusal stands even where there are seats by now", async () => {
      const soldOut: Answer = { kind: "rejected", code: "SOLD_OUT", message: "so many seats are not left" };
      expect(await book("early", "cellar")).toEqual(soldOut);
      database.exec("UPDATE shows SET seats = 2 WHERE show = 'cellar'");
      expect(await book("early", "cellar")).toEqual(soldOut);
      expect(await book("later", "cellar")).toEqual({ kind: "done", output: { seats: 2 } });
      expect(await book("too-late", "cellar")).toEqual(soldOut);
    });

    test("a call that waits for the database until its deadline applies nothing, and the next attempt does", async () => {
      database.exec("BEGIN IMMEDIATE");
      const late = await book("held-up", "stadium", 300);
      database.exec("COMMIT");
      expect(late).toMatchObject({ kind: "error", status: "UNKNOWN" });
      expect(await countsOf("held-up")).toMatchObject({ output: { applied: 0, undone: 0 } });
      expect(await book("held-up", "stadium")).toEqual({ kind: "done", output: { seats: 2 } });
      expect(await countsOf("held-up")).toMatchObject({ output: { applied: 1, undone: 0 } });
    });

    test("a handler that fails leaves nothing behind, and the next attempt runs", async () => {
      expect(await send("do", "book", "failed", { show: "stadium", seats: "two" })).toMatchObject({ kind: "error" });
      // The row goes with the effect, as they are written in one transaction.
      expect(database.prepare("SELECT * FROM backstitch_barrier WHERE effect_id = 'failed'").all()).toEqual([]);
      expect(await book("failed", "stadium")).toEqual({ kind: "done", output: { seats: 2 } });
    });

    test("a handler that fails stands in the log, with its effect and attempt and without its payload", async () => {
      const answer = await send("do", "book", "odd", { show: "secret", seats: "two" });
      expect(answer).toMatchObject({ kind: "error", status: "UNKNOWN" });
      await until("the failure is logged", () => processes.tail("seats-by-hand").includes("do of odd, attempt 1"));
      expect(processes.tail("seats-by-hand")).not.toContain("secret");
    });

    test("an Undo of an action that only reads is UNIMPLEMENTED", async () => {
      const message = 'no undo of "audit"; served here: audit, book';
      expect(await send("undo", "audit", "nothing", {})).toMatchObject({ status: "UNIMPLEMENTED", message });
    });

    test("an Undo with payloads of the largest size is received", async () => {
      const numbers = Array.from({ length: 130_000 }, (_, i) => i % 10);
      const answer = await send("undo", "book", "large", { show: "stadium", seats: 2, numbers });
      expect(answer).toEqual({ kind: "done", output: {} });
    });
  });

  describe("under an orchestrator", () => {
    let redis: TestRedis;
    let orchestrator: OrchestratorProcess;
    let client: Client;
    let database: DatabaseSync;
    beforeAll(async () => {
      const { address, database: file } = await start("sagas");
      database = new DatabaseSync(file);
      redis = await startRedis();
      const config = parse(readFileSync(join(example, "backstitch.yaml"), "utf8"));
      const [{ name, ...settings }] = config.participants;
      orchestrator = await startOrchestrator(processes, {
        redisUrl: redis.url,
        participants: { [name]: { ...settings, address }, asked_for_serve: address },
        settings: { definitions: join(example, config.definitions), lease: "1s" },
      });
      client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });
    });
    afterAll(async () => {
      client?.close();
      database?.close();
      await processes?.stopAll();
      await redis?.stop();
    });

    const evening = (sagaId: string, after_show: string, seats = 2) =>
      client.start("evening", { show: "stadium", after_show, seats }, { sagaId, wait: "10s" });
    const bookingsOf = (sagaId: string) =>
      database
        .prepare("SELECT show, seats FROM journal WHERE effect_id LIKE ? ORDER BY rowid")
        .all(`${sagaId}/%`)
        .map(({ show, seats }) => `${show} ${seats}`);

    test("a saga is COMPLETED once the outcome of its pending step has come", async () => {
      const { sagaId } = (await client.start("evening", { show: "stadium", after_show: "opera", seats: 2 })).saga;
      const row = () => database.prepare("SELECT completion_token FROM requests").get();
      await expect.poll(row, { timeout: 10_000 }).toBeDefined();
      expect((await client.get(sagaId)).status).toBe("RUNNING");
      await completeAsInReadme(orchestrator.connectPort, String(row()?.completion_token));
      const ended = await client.wait(sagaId, { timeout: "10s" });
      expect(ended.status).toBe("COMPLETED");
      expect(ended.steps.map(({ output }) => output)).toEqual([{ seats: 2 }, { seats: 2 }]);
      expect(bookingsOf(sagaId)).toEqual(["stadium 2", "opera 2"]);
      expect(await viewParticipant(orchestrator, "seats")).toMatchObject({ transport: "unary" });
    });

    test("a saga whose second step is refused is COMPENSATED, and the seats of the first are released", async () => {
      const { saga } = await evening("sold-out", "cellar");
      expect(saga).toMatchObject({ status: "COMPENSATED", failure: { code: "SOLD_OUT" } });
      expect(bookingsOf("sold-out")).toEqual(["stadium 2", "stadium -2"]);
    });

    test("an Undo that is refused leaves the saga to a person", async () => {
      await client.start("evening", { show: "stadium", after_show: "cellar", seats: 100 }, { sagaId: "group" });
      await expect.poll(async () => (await client.get("group")).status, { timeout: 10_000 }).toBe("SUSPENDED");
      expect(bookingsOf("group")).toEqual(["stadium 100"]);
    });

    test("an orchestrator that asks for Serve goes on with unary calls", async () => {
      await client.register(
        saga("matinee")
          .call("show", "asked_for_serve.book", { input: { show: "'stadium'", seats: 1 } })
          .build(),
      );
      const { saga: ended } = await client.start("matinee", {}, { sagaId: "matinee", wait: "10s" });
      expect(ended.status).toBe("COMPLETED");
      expect(await viewParticipant(orchestrator, "asked_for_serve")).toMatchObject({ transport: "unary" });
    });
  });
});

/** Runs the README's command where the folders are as in the repository; gives the folder of the stubs. */
async function generateStubs(folder: string): Promise<string> {
  const command = blocksOf(readme).find(({ text }) => text.includes("grpc_tools.protoc"))?.text;
  const place = join(folder, "participants/without-sdk");
  mkdirSync(place, { recursive: true });
  symlinkSync(join(repository, "proto"), join(folder, "proto"));
  await succeed("sh", ["-ec", `cd ${place}\n${command}`], { PATH: `${dirname(python)}:${process.env.PATH}` });
  return join(place, "stubs");
}

/** A folder with nothing but these of the environment's packages: no SDK among them. */
async function packagesOf(folder: string, ...names: string[]): Promise<string> {
  const all = (await succeed(python, ["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"])).trim();
  const packages = join(folder, "packages");
  mkdirSync(packages);
  for (const name of names) symlinkSync(join(all, name), join(packages, name));
  return packages;
}

/** Sends what the README's call of CompleteStep sends. */
async function completeAsInReadme(port: number, token: string): Promise<void> {
  const command = blocksOf(readme).find(({ text }) => text.includes("CompleteStep"))?.text ?? "";
  const [, path, body = ""] = /http:\/\/127\.0\.0\.1:7080(\S+) .*-d '(.*)'/s.exec(command) ?? [];
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: body.replace("TOKEN", token) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, request);
  expect(await response.json()).toEqual({});
  expect(response.status).toBe(200);
}
