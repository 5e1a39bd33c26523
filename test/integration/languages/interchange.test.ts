/** The barriers of all SDKs keep the same table: what one has written, the others answer. */
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleCommand } from "../../../deploy/local/samples.ts";
import type { Answer } from "../../conformance/src/answer.ts";
import { openUnary } from "../../conformance/src/unary-link.ts";
import { builtSamples } from "../../support/built-samples.ts";
import { conformanceRows, type SdkLanguage, sdkLanguages } from "../../support/features.ts";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { createTestProcesses, type TestProcesses } from "../../support/test-processes.ts";
import { lacks } from "../../support/toolchain.ts";

interface Command {
  readonly effect: string;
  readonly direction: "do" | "undo";
  /** Of the Do. */
  readonly input: JsonObject;
}

/** One effect each; the last command of an effect is what is asked again. */
const stories: Readonly<Record<string, readonly Omit<Command, "effect">[]>> = {
  done: [{ direction: "do", input: {} }],
  text: [{ direction: "do", input: { do: "text" } }],
  large: [{ direction: "do", input: { do: "large" } }],
  refused: [{ direction: "do", input: { do: "reject" } }],
  accepted: [{ direction: "do", input: { do: "pending" } }],
  undone: [
    { direction: "do", input: {} },
    { direction: "undo", input: {} },
  ],
  "undo-accepted": [
    { direction: "do", input: { undo: "pending" } },
    { direction: "undo", input: { undo: "pending" } },
  ],
  "undone-first": [
    { direction: "undo", input: {} },
    { direction: "do", input: {} },
  ],
  "refused-and-undone": [
    { direction: "do", input: { do: "reject" } },
    { direction: "undo", input: { do: "reject" } },
    { direction: "do", input: { do: "reject" } },
  ],
};

const languages = sdkLanguages.filter((language) => !lacks(language));

let processes: TestProcesses;
let postgres: TestPostgres;
beforeAll(async () => {
  for (const language of languages) if (language !== "typescript") await builtSamples(language);
  [processes, postgres] = await Promise.all([createTestProcesses(), startPostgres()]);
}, 600_000);
afterAll(async () => {
  await processes?.end();
  await postgres?.stop();
});

/** What a participant answers to commands. */
type Ask = (command: Command, attempt: number) => Promise<Answer>;

async function withParticipant(language: SdkLanguage, db: string, work: (ask: Ask) => Promise<void>): Promise<void> {
  const { program, args } = sampleCommand(language, "conformance");
  const running = await processes.startReporting<{ port: number }>(language, program, [...args, "--db", db]);
  const link = openUnary({ address: `127.0.0.1:${running.ready.port}`, credentials: credentials.createInsecure() });
  try {
    await work(({ effect, direction, input }, attempt) => {
      const effectId = `interchange/${effect}`;
      const context = {
        namespace: "default",
        sagaId: "interchange",
        step: effect,
        action: "effect",
        effectId,
        idempotencyKey: `${effectId}/${direction}`,
        attempt,
        timeout: { seconds: 10n, nanos: 0 },
      };
      const about = direction === "do" ? { input, doInput: undefined } : { input: {}, doInput: input };
      const rest = { hasDirection: true, doOutput: undefined, callDeadlineMs: undefined, fields: {} };
      return link.send({ direction, context, ...about, ...rest } as never).answer;
    });
  } finally {
    link.close();
    await running.stop();
  }
}

test.each(conformanceRows)(
  "on %s each language answers what any other has written",
  async (database) => {
    const db = database === "SQLite" ? `sqlite:${join(processes.folder, "interchange.db")}` : postgres.url;
    const written: { command: Command; answer: Answer }[] = [];
    for (const language of [...languages, ...languages]) {
      await withParticipant(language, db, async (ask) => {
        for (const { command, answer } of written) {
          expect(await ask(command, 2), `${command.effect}, asked in ${language}`).toEqual(answer);
        }
        for (const [story, commands] of Object.entries(stories)) {
          const effect = `${language}-${story}`;
          if (written.some(({ command }) => command.effect === effect)) continue;
          let answer: Answer | undefined;
          for (const command of commands) answer = await ask({ effect, ...command }, 1);
          written.push({ command: { effect, ...commands.at(-1)! }, answer: answer! });
        }
      });
    }
    const kinds = new Set(written.map(({ answer }) => answer.kind));
    expect(kinds).toEqual(new Set(["done", "rejected", "pending"]));
    expect(written).toHaveLength(languages.length * Object.keys(stories).length);
  },
  120_000,
);
