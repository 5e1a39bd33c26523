import type { Scenario } from "../../participants/scenarios/scenario.ts";
import type { Performance, PerformedSaga } from "./perform.ts";
import { duration } from "./time-axis.ts";
import { drawTimeline, legend, type Paint } from "./timeline.ts";

/** What stands above the scenarios. */
export function head(paint: Paint): string {
  return `\n${legend(paint)}\n`;
}

/** Presents a scenario that is over; `columns` is the width of the page. */
export function report(
  number: number,
  scenario: Scenario,
  performance: Performance,
  columns: number,
  paint: Paint,
): string {
  const { sagas, outages, surprises } = performance;
  const good = surprises.length === 0;
  const lines = [
    paint("bold", `${number}  ${scenario.title}`),
    scenario.story,
    ...sagas.flatMap((performed) => drawSaga(performed, outages[0], columns, good, paint)),
    ...surprises.map((surprise) => paint("red", `  Not as it should be: ${surprise}`)),
  ];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

function drawSaga(
  performed: PerformedSaga,
  outage: Performance["outages"][number] | undefined,
  columns: number,
  good: boolean,
  paint: Paint,
): string[] {
  const { saga, events, child } = performed;
  const steps = saga.steps.map((step) => step.name);
  const margin = Math.max(...steps.map((step) => step.length)) + 2;
  const width = Math.min(72, Math.max(24, columns - margin - 40));
  return [
    paint("gray", `${child ? "its child, " : ""}${saga.definition}, saga ${saga.sagaId}`),
    "",
    ...drawTimeline({ steps, events, outage }, width, paint),
    "",
    `${paint(good ? "green" : "red", good ? "✓" : "✗")} ${verdict(performed, paint)}`,
  ];
}

/** Such as "COMPENSATED in 2.4 s · ledgers: inventory.reserve undone". */
function verdict({ saga, effects, child }: PerformedSaga, paint: Paint): string {
  const took = duration((saga.finishedAt ?? saga.updatedAt).getTime() - saga.createdAt.getTime());
  const counts = Object.entries(effects).map(([action, [done, undone]]) => {
    const count = done === 1 && undone <= 1 ? "" : ` done ${done} times`;
    return `${action}${count}${undone === 0 ? "" : undone === 1 ? " undone" : ` undone ${undone} times`}`;
  });
  const ledgers = child ? "" : ` · ledgers: ${counts.join(", ") || "nothing"}`;
  return `${paint("bold", saga.status)} ${saga.finishedAt ? "in" : "for"} ${took}${ledgers}`;
}
