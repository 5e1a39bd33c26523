import { isDeepStrictEqual } from "node:util";
import { refusalOf } from "./refusal.ts";
import type { Completion, Scenario, ScenarioKit, Workflow } from "./scenario.ts";

const milestones = ["upload", "analyze", "transform", "validate"] as const;

function stepOf(saga: Awaited<ReturnType<ScenarioKit["get"]>>, name: string) {
  return saga.steps.find((step) => step.name === name);
}

function reached(output: object = {}): Completion {
  return { kind: "done", output };
}

/** What the compensations of a journey left to do. */
async function chores(kit: ScenarioKit, journey: string): Promise<string[]> {
  const rows = await kit.read(
    "journeys",
    (sql) => sql.all<{ chore: string }>`SELECT chore FROM chores WHERE journey = ${journey} ORDER BY chore`,
  );
  return rows.map(({ chore }) => chore);
}

const scenarios: readonly Scenario[] = [
  {
    name: "happy",
    title: "Four milestones are reached, one after the other",
    story:
      "Each step is pending until somebody outside says that its milestone is reached; the status shows which one is next.",
    expect: { status: "COMPLETED", effects: { "journeys.milestone": [4, 0] } },
    async run(kit) {
      const id = await kit.start("journey", { journey: kit.id });
      await kit.completeStep(id, "upload", reached());
      await kit.completeStep(id, "analyze", reached({ pages: 12 }));
      const midway = await kit.until(id, { transform: "WAITING" });
      const statuses = midway.steps.map(({ status }) => status);
      kit.check("two are reached", isDeepStrictEqual(statuses, ["DONE", "DONE", "WAITING", "PENDING"]));
      await kit.completeStep(id, "transform", reached({ file: "report.pdf" }));
      await kit.completeStep(id, "validate", reached({ valid: true }));
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the outputs are kept", isDeepStrictEqual(output, { file: "report.pdf", valid: true }));
      const done = await kit.stepsThat(id, "stepDone");
      kit.check("the history tells of all four in order", isDeepStrictEqual(done, [...milestones]));
    },
  },
  {
    name: "milestone-fails",
    title: "The third milestone fails",
    story:
      "The transformation is refused, so the analysis is dropped and then the upload deleted, each by its own compensation.",
    expect: {
      status: "COMPENSATED",
      failure: "UNREADABLE",
      steps: { upload: "UNDONE", analyze: "UNDONE", transform: "REJECTED", validate: "PENDING" },
      // The third one was opened, then refused from outside: nothing of it is to be undone.
      effects: { "journeys.milestone": [3, 2] },
    },
    async run(kit) {
      const id = await kit.start("journey", { journey: kit.id });
      await kit.completeStep(id, "upload", reached());
      await kit.completeStep(id, "analyze", reached());
      await kit.completeStep(id, "transform", { kind: "rejected", code: "UNREADABLE", message: "page 3 is torn" });
      await kit.until(id, "COMPENSATED");
      const undone = await kit.stepsThat(id, "stepUndone");
      kit.check("the compensations run in reverse", isDeepStrictEqual(undone, ["analyze", "upload"]));
      const left = await chores(kit, kit.id);
      kit.check("each is its own", isDeepStrictEqual(left, ["delete the uploaded file", "drop the analysis"]));
    },
  },
  {
    name: "tried-again",
    title: "A milestone breaks down and is tried again",
    story: "A technical failure is no refusal: the milestone stays open, and the second report counts.",
    expect: { status: "COMPLETED", effects: { "journeys.milestone": [4, 0] } },
    async run(kit) {
      const id = await kit.start("journey", { journey: kit.id });
      await kit.completeStep(id, "upload", { kind: "failed", message: "the line broke" });
      await kit.until(id, (saga) => stepOf(saga, "upload")?.waitReason === "BACKOFF");
      await kit.advance("1s");
      for (const milestone of milestones) await kit.completeStep(id, milestone, reached({ file: "f", valid: true }));
    },
  },
  {
    name: "gone-quiet",
    title: "Nobody reports any more",
    story: "A long transformation sends heartbeats; when they stop, its attempts are used up, and all is taken back.",
    expect: {
      status: "COMPENSATED",
      failure: "HEARTBEAT_TIMEOUT",
      steps: { upload: "UNDONE", analyze: "UNDONE", transform: "UNDONE" },
      effects: { "journeys.milestone": [3, 3] },
    },
    async run(kit) {
      const id = await kit.start("journey", { journey: kit.id });
      await kit.completeStep(id, "upload", reached());
      await kit.completeStep(id, "analyze", reached());
      await kit.until(id, (saga) => stepOf(saga, "transform")?.waitReason === "COMPLETION");
      const token = await kit.token(id, "transform");
      for (let beat = 0; beat < 3; beat++) {
        await kit.advance("8m");
        kit.check("the work is still wanted", !(await kit.heartbeat(token)).cancelled);
      }
      await kit.advance("1h");
      await kit.until(id, "COMPENSATED");
      kit.check("a heartbeat is told to stop", (await kit.heartbeat(token)).cancelled);
      kit.check("three compensations ran", (await chores(kit, kit.id)).length === 3);
    },
  },
  {
    name: "said-twice",
    title: "A report comes twice, and a different one after it",
    story: "The same outcome again is taken as said; another outcome for the same milestone is refused.",
    expect: { status: "COMPLETED", effects: { "journeys.milestone": [4, 0] } },
    async run(kit) {
      const id = await kit.start("journey", { journey: kit.id });
      await kit.completeStep(id, "upload", reached({ bytes: 7 }));
      const token = await kit.token(id, "upload");
      await kit.complete(token, reached({ bytes: 7 }));
      const other = kit.complete(token, { kind: "rejected", code: "TOO_LATE" });
      kit.check("another outcome is refused", (await refusalOf(other)) === "COMPLETION_REFUSED");
      for (const milestone of milestones.slice(1)) {
        await kit.completeStep(id, milestone, reached({ file: "f", valid: true }));
      }
    },
  },
  {
    name: "designed",
    title: "A journey is designed and executed",
    story: "Milestones are registered as a definition while everything runs; a failure takes them back as anywhere.",
    expect: {
      status: "COMPENSATED",
      failure: "NOT_APPROVED",
      steps: { draft: "UNDONE", approve: "REJECTED" },
      effects: { "journeys.milestone": [2, 1] },
    },
    async run(kit) {
      const milestone = (name: string, compensation: string) => ({
        name,
        call: {
          participant: "journeys",
          action: "milestone",
          input: { journey: "input.journey", milestone: `'${name}'`, compensation: `'${compensation}'` },
        },
      });
      const steps = [milestone("draft", "delete_upload"), milestone("approve", "withdraw_report")];
      await kit.client.register({ name: "approval-journey", steps });
      const id = await kit.start("approval-journey", { journey: kit.id });
      for (const [name, completion] of [
        ["draft", reached()],
        ["approve", { kind: "rejected", code: "NOT_APPROVED" }],
      ] as const) {
        await kit.completeStep(id, name, completion);
      }
    },
  },
];

export const workflow: Workflow = {
  name: "journey",
  services: ["journeys"],
  scenarios,
  example: { input: () => ({ journey: "my-report" }) },
};
