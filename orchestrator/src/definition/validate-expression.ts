import type { Analysis, Read } from "./cel-analysis.ts";
import { syntaxMessage } from "./cel-errors.ts";
import type { Root } from "./cel-roots.ts";
import { type Form, forms } from "./expression-forms.ts";
import { analyseExpression } from "./expressions.ts";
import type { FaultList, Rule } from "./faults.ts";
import { limits } from "./limits.ts";
import { contains } from "./order.ts";
import { didYouMean } from "./suggest.ts";
import type { Compile } from "./typed-expressions.ts";
import { ExpressionError } from "./types.ts";
import type { ResolvedOrder } from "./validate-order.ts";

/** Where an expression stands, and so what it may read. */
export interface ExpressionPlace {
  readonly order: ResolvedOrder;
  /** The step it belongs to; undefined: it runs when all steps are over. */
  readonly step: number | undefined;
  readonly reads: readonly Root[];
  /** In `undo.input` an expression may read the step's own output, under has(). */
  readonly ownOutput: boolean;
}

/** Checks an expression that must be there and able to give a result of this form. */
export function checkRequired(
  form: keyof typeof forms,
  text: string,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): void {
  if (text === "") faults.add(field, "required", `is missing: it ${forms[form].says}`);
  else checkExpression(form, text, field, place, faults);
}

/** Checks an expression that must be able to give a result of this form. */
export function checkExpression(
  form: keyof typeof forms,
  text: string,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): void {
  const analysis = analysed(text, field, place, faults);
  if (analysis === undefined) return;
  const { kinds, rule, says, compile }: Form = forms[form];
  if (analysis.kind !== "unknown" && !kinds.includes(analysis.kind)) {
    faults.add(field, rule, form === "value" ? `${says}${quoteHint(text)}` : says);
  } else if (analysis.reads.length === 0) {
    tryOut(text, field, compile, faults);
  }
}

/** Finds out what an expression reads and gives; undefined where it has faults. */
function analysed(text: string, field: string, place: ExpressionPlace, faults: FaultList): Analysis | undefined {
  if (text.length > limits.expression) {
    faults.add(field, "max_length", `has more than ${limits.expression} characters`);
    return undefined;
  }
  let analysis: Analysis;
  try {
    analysis = analyseExpression(text, place.reads);
  } catch (error) {
    faults.add(field, "invalid_expression", `${syntaxMessage(error)}${quoteHint(text)}`);
    return undefined;
  }
  for (const { rule, message, column } of analysis.problems) {
    const unread = (rule === "unknown_identifier" || rule === "misplaced_identifier") && analysis.reads.length === 0;
    faults.add(field, rule, `column ${column}: ${message}${unread ? quoteHint(text) : ""}`);
  }
  for (const read of analysis.reads) checkRead(read, field, place, faults);
  return analysis.problems.length > 0 ? undefined : analysis;
}

function checkRead(read: Read, field: string, place: ExpressionPlace, faults: FaultList): void {
  if (read.step === undefined) return;
  const { indexes, ancestors } = place.order;
  const { step: name } = read;
  const index = indexes.get(name);
  const add = (rule: Rule, message: string) => faults.add(field, rule, `column ${read.column}: ${message}`);
  if (index === undefined) {
    add("unknown_step", `there is no step '${name}'${didYouMean(name, indexes.keys())}`);
  } else if (place.step === undefined) {
    return;
  } else if (index === place.step && place.ownOutput) {
    if (!read.guarded) {
      const example = `has(steps.${name}.output.${read.fields[0] ?? "id"})`;
      add(
        "unguarded_output",
        `the own output may be unknown when the step is undone: read it only where ${example} holds`,
      );
    }
  } else if (index >= place.step) {
    const which = index === place.step ? "its own" : `the later step '${name}'s`;
    add("not_before", `reads ${which} output, which does not exist yet`);
  } else if (!contains(ancestors[place.step]!, index)) {
    add("not_ancestor", `step '${name}' need not be over when this runs: add it to 'after'`);
  }
}

const nothing = { input: "{}", output: () => undefined };

/** An expression that reads nothing always gives the same, and can be tried at once. */
function tryOut(text: string, field: string, compile: Compile<unknown>, faults: FaultList): void {
  try {
    compile(text, field, () => 0)(nothing);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    faults.add(field, "invalid_expression", `always fails: ${error.message.slice(field.length + 2)}`);
  }
}

/** For a text that its author may have meant as it stands. */
function quoteHint(text: string): string {
  return text.includes("'") || text.length > 40 ? "" : `; for the text itself, quote it: "'${text}'"`;
}
