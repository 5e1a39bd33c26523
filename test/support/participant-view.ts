import type { OrchestratorPorts } from "../../deploy/local/orchestrator.ts";

/** A participant as an orchestrator sees it. */
export interface ParticipantView {
  readonly transport: "unknown" | "unary" | "serve";
  readonly doBreaker: "closed" | "open" | "half-open";
  readonly undoBreaker: "closed" | "open" | "half-open";
}

/** Asks an orchestrator what it knows of a participant. */
export async function viewParticipant({ connectPort }: OrchestratorPorts, name: string): Promise<ParticipantView> {
  const url = `http://127.0.0.1:${connectPort}/backstitch.v1.OperatorService/ListParticipants`;
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  const { participants } = (await answer.json()) as { participants: WireView[] };
  const found = participants.find((participant) => participant.name === name);
  if (found === undefined) throw new Error(`the orchestrator has no participant ${name}`);
  return {
    transport: wordOf(found.transport, "TRANSPORT_") as ParticipantView["transport"],
    doBreaker: wordOf(found.doBreaker?.state, "BREAKER_STATE_") as ParticipantView["doBreaker"],
    undoBreaker: wordOf(found.undoBreaker?.state, "BREAKER_STATE_") as ParticipantView["undoBreaker"],
  };
}

interface WireView {
  name: string;
  transport?: string;
  doBreaker?: { state?: string };
  undoBreaker?: { state?: string };
}

/** "BREAKER_STATE_HALF_OPEN" is "half-open". */
function wordOf(value: string | undefined, prefix: string): string {
  return value === undefined ? "unknown" : value.slice(prefix.length).toLowerCase().replaceAll("_", "-");
}

/** How many calls of a participant ended how, in both directions: `{done: 3, held: 1}`. */
export async function countCalls({ opsPort }: OrchestratorPorts, name: string): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const counts: Record<string, number> = {};
  for (const line of text.matchAll(/^backstitch_calls_total\{(.*)\} (\d+)$/gm)) {
    const [, labels = "", value] = line;
    const outcome = /outcome="(\w+)"/.exec(labels)?.[1];
    if (outcome === undefined || !labels.includes(`participant="${name}"`)) continue;
    counts[outcome] = (counts[outcome] ?? 0) + Number(value);
  }
  return counts;
}
