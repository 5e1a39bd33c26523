/** The names from which expressions read payloads. */
export const roots = ["input", "steps", "item", "index", "signal"] as const;
export type Root = (typeof roots)[number];

/** Where each of them may be read, in the words of a fault. */
export const placesOf: Readonly<Record<Root, string>> = {
  input: "is the saga's input",
  steps: "is there only once steps have begun",
  item: "is there only in the call of a 'for_each' step",
  index: "is there only in the call of a 'for_each' step",
  signal: "is there only in the conditions of an 'await' step",
};

export function isRoot(name: string): name is Root {
  return (roots as readonly string[]).includes(name);
}
