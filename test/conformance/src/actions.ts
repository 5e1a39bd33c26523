import type { JsonObject } from "@bufbuild/protobuf";
import { type CommandStep, type Role, roles } from "./case.ts";
import { createReader, type Reader, UsageError } from "./fields.ts";
import { readYamlFile } from "./yaml-file.ts";

/** An action and the input that its Do gets. */
export interface Call {
  action: string;
  input: JsonObject;
}

/** Which actions play the roles of the cases. */
export interface ActionMap {
  /** Whether these are the kit's own actions, whose outputs and texts are known. */
  readonly own: boolean;
  /** What to call in a role, behaving so; what is not offered gives the reason. */
  resolve(role: Role, as: string | undefined, ms: number | undefined): Call | { missing: string };
  /** The input of an Undo in a role. */
  undoInput(role: Role): JsonObject | undefined;
  /** The names of all actions that are offered. */
  readonly names: readonly string[];
}

/** The name under which nobody has an action. */
export const unknownAction = "no_such_action";

/** The actions of a conformance participant: they behave as their input says. */
export const ownActions: ActionMap = {
  own: true,
  names: roles,
  undoInput: () => undefined,
  resolve(role, as, ms) {
    const input: JsonObject = {};
    const { undo, behaviour, once } = parse(as ?? "done");
    if (as !== undefined) input[undo ? "undo" : "do"] = behaviour;
    if (once) input.attempts = 1;
    if (ms !== undefined) input.ms = ms;
    return { action: role, input };
  },
};

function parse(as: string): { undo: boolean; behaviour: string; once: boolean } {
  const undo = as.startsWith("undo ");
  const once = as.endsWith(" once");
  return { undo, once, behaviour: as.slice(undo ? 5 : 0, once ? -5 : undefined) };
}

/** Reads a user's actions file. Throws a UsageError that names all its faults. */
export function readActions(path: string): ActionMap {
  const content = readYamlFile(path);
  const reader = createReader();
  const actions = parseActions(content, path, reader);
  if (reader.faults.length > 0) throw new UsageError(reader.faults);
  return actions;
}

interface Offer extends Call {
  undoInput: JsonObject | undefined;
  behaviours: ReadonlyMap<string, Call>;
}

function parseActions(content: unknown, file: string, reader: Reader): ActionMap {
  const fields = reader.mapping(content, file, roles);
  const offers = new Map<Role, Offer>();
  for (const role of roles) {
    if (role in fields) offers.set(role, parseOffer(fields[role], `${file}: ${role}`, reader));
  }
  if (offers.size === 0) reader.add(file, "required", `has to give an action to one of ${roles.join(", ")}`);
  return {
    own: false,
    names: [...offers.values()].map(({ action }) => action),
    undoInput: (role) => offers.get(role)?.undoInput,
    resolve(role, as) {
      const offer = offers.get(role);
      if (offer === undefined) return { missing: `the actions file has no "${role}"` };
      const call = as === undefined ? offer : offer.behaviours.get(as);
      return call ?? { missing: `the actions file has no behaviour "${as}" for "${role}"` };
    },
  };
}

function parseOffer(value: unknown, field: string, reader: Reader): Offer {
  const fields = reader.mapping(value, field, ["action", "input", "undo_input", "behaviours"]);
  if (fields.action === undefined) reader.add(`${field}.action`, "required", "is missing");
  const action = reader.text(fields.action, `${field}.action`) ?? "";
  const behaviours = optional(fields.behaviours, `${field}.behaviours`, reader) ?? {};
  const calls = Object.entries(behaviours).map(([name, call]): [string, Call] => {
    const at = `${field}.behaviours.${name}`;
    const own = reader.mapping(call, at, ["action", "input"]);
    return [
      name,
      {
        action: reader.text(own.action, `${at}.action`) ?? action,
        input: optional(own.input, `${at}.input`, reader) ?? {},
      },
    ];
  });
  return {
    action,
    input: optional(fields.input, `${field}.input`, reader) ?? {},
    undoInput: optional(fields.undo_input, `${field}.undo_input`, reader),
    behaviours: new Map(calls),
  };
}

function optional(value: unknown, field: string, reader: Reader): JsonObject | undefined {
  return value === undefined ? undefined : (reader.mapping(value, field) as JsonObject);
}

/** Why these commands cannot be played with these actions; undefined: they can. */
export function missingFor(commands: readonly CommandStep[], actions: ActionMap): string | undefined {
  for (const { role, as, ms } of commands) {
    if (role === "unknown") continue;
    const call = actions.resolve(role, as, ms);
    if ("missing" in call) return call.missing;
  }
  return undefined;
}
