import type { CommandStep, Expectation, Step, Transport } from "./case.ts";
import type { Reader } from "./fields.ts";

/**
 * What the steps of a case owe each other: a name is given before it is used, what only the stream has is asked of no
 * unary call, and a participant that was ended is started again.
 */
export function checkSteps(steps: readonly Step[], over: Transport | undefined, field: string, reader: Reader): void {
  const answered = new Set<string>();
  const background = new Set<string>();
  let ended = false;

  const known = (names: ReadonlySet<string>, name: string, at: string) => {
    if (!names.has(name)) reader.add(at, "unknown_name", `"${name}" is not the name of an earlier step that fits`);
  };
  const serveOnly = (at: string, what: string, transport: Transport | undefined) => {
    if (transport !== "serve") reader.add(at, "serve_only", `${what}, so the case needs "over: serve"`);
  };
  const checkExpectation = (expect: Expectation, at: string): void => {
    if (expect.kind === "same_as") known(answered, expect.name, `${at}.same_as`);
    if (expect.kind === "one_of") for (const choice of expect.choices) checkExpectation(choice, at);
  };
  const checkCommand = (step: CommandStep, at: string): void => {
    checkExpectation(step.expect, `${at}.expect`);
    const { payload, correlation, cancels, without } = step;
    if ([payload, correlation, cancels].some((given) => given !== undefined) || without.includes("direction")) {
      serveOnly(at, "a payload, a correlation id, cancels and a direction are of the stream", step.over ?? over);
    }
    if (cancels !== undefined) known(background, cancels, `${at}.cancels`);
    if (step.name !== undefined) (step.inBackground ? background : answered).add(step.name);
  };

  for (const [i, step] of steps.entries()) {
    const at = `${field}[${i}]`;
    switch (step.kind) {
      case "command":
        checkCommand(step, at);
        break;
      case "at_once":
        for (const [j, command] of step.commands.entries()) checkCommand(command, `${at}.at_once[${j}]`);
        break;
      case "answer":
        known(background, step.name, `${at}.answer`);
        checkExpectation(step.expect, `${at}.expect`);
        answered.add(step.name);
        break;
      case "silent":
      case "cancel":
        known(background, step.name, `${at}.${step.kind}`);
        break;
      case "connection":
      case "ends":
        serveOnly(at, "this is about a stream", over);
        break;
      case "participant":
        if (step.act === "start" && !ended) reader.add(at, "order", "starts what was not ended");
        if (step.act !== "ready") ended = step.act !== "start";
        break;
    }
  }
  if (ended)
    reader.add(field, "order", 'end the participant and do not start it again: "participant: start" is missing');
}
