import { type Performance, type Scenario, scenarios } from "./scenarios.ts";
import { drawTimeline, duration, legend, type Paint } from "./timeline.ts";

/** What stands above the scenarios. */
export function head(paint: Paint): string {
  return `\n${legend(paint)}\n`;
}

/** Presents a scenario that is over; `columns` is the width of the page. */
export function report(scenario: Scenario, performance: Performance, columns: number, paint: Paint): string {
  const { saga, events, outage, surprises } = performance;
  const steps = saga.steps.map((step) => step.name);
  const margin = Math.max(...steps.map((step) => step.length)) + 2;
  const width = Math.min(72, Math.max(24, columns - margin - 40));
  const number = scenarios.indexOf(scenario) + 1;
  const good = surprises.length === 0;
  const lines = [
    `${paint("bold", `${number}  ${scenario.title}`)}  ${paint("gray", `${saga.definition}, saga ${saga.sagaId}`)}`,
    scenario.story,
    "",
    ...drawTimeline({ steps, events, outage }, width, paint),
    "",
    `${paint(good ? "green" : "red", good ? "✓" : "✗")} ${verdict(performance, paint)}`,
    ...surprises.map((surprise) => paint("red", `  Not as it should be: ${surprise}`)),
  ];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

/** Such as "COMPENSATED in 2.4 s · in the databases: reserve 1 done 1 undone". */
function verdict({ saga, effects }: Performance, paint: Paint): string {
  const took = duration((saga.finishedAt ?? saga.updatedAt).getTime() - saga.createdAt.getTime());
  const counts = Object.entries(effects).map(([action, { done, undone }]) => {
    const count = done === 1 && undone <= 1 ? "" : ` done ${done} times`;
    return `${action}${count}${undone === 0 ? "" : undone === 1 ? " undone" : ` undone ${undone} times`}`;
  });
  return `${paint("bold", saga.status)} in ${took} · ledgers: ${counts.join(", ") || "nothing"}`;
}
