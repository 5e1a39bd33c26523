/** Something that a file says and may not. */
export interface Fault {
  /** Where: a path such as `duplicates.yaml: cases[2].steps[0].expect`. */
  field: string;
  /** The rule's stable name, such as "unknown_key". */
  rule: string;
  /** What is wrong and what would be right, for people. */
  message: string;
}

/** What stops a run before it begins: bad files, bad arguments, nobody there. */
export class UsageError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ field, rule, message }) => `${field}: ${message} (${rule})`).join("\n"));
    this.name = "UsageError";
    this.faults = faults;
  }
}

/** What stops a run for one reason alone. */
export function usageFault(field: string, rule: string, message: string): UsageError {
  return new UsageError([{ field, rule, message }]);
}

/** Reads values that may be anything, and notes every fault instead of throwing. What is missing reads as undefined. */
export interface Reader {
  readonly faults: Fault[];
  add(field: string, rule: string, message: string): void;
  /** A mapping with no other keys than these; undefined: any keys. An empty one where it is none. */
  mapping(value: unknown, field: string, known?: readonly string[]): Record<string, unknown>;
  list(value: unknown, field: string): unknown[];
  text(value: unknown, field: string): string | undefined;
  integer(value: unknown, field: string, least?: number): number | undefined;
  flag(value: unknown, field: string): boolean;
  oneOf<T extends string>(value: unknown, field: string, values: readonly T[]): T | undefined;
}

export function createReader(): Reader {
  const faults: Fault[] = [];
  const add = (field: string, rule: string, message: string) => void faults.push({ field, rule, message });
  return {
    faults,
    add,
    mapping(value, field, known) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        add(field, "type", "has to be a mapping");
        return {};
      }
      for (const key of Object.keys(value)) {
        if (known !== undefined && !known.includes(key)) {
          add(`${field}.${key}`, "unknown_key", `is not known here; known are ${known.join(", ")}`);
        }
      }
      return value as Record<string, unknown>;
    },
    list(value, field) {
      if (Array.isArray(value) && value.length > 0) return value;
      add(field, "type", "has to be a list that is not empty");
      return [];
    },
    text(value, field) {
      if (value === undefined || (typeof value === "string" && value !== "")) return value;
      add(field, "type", "has to be a text that is not empty");
      return undefined;
    },
    integer(value, field, least = 0) {
      if (value === undefined || (Number.isInteger(value) && Number(value) >= least))
        return value as number | undefined;
      add(field, "range", `has to be a whole number, ${least} or more`);
      return undefined;
    },
    flag(value, field) {
      if (value !== undefined && typeof value !== "boolean") add(field, "type", "has to be true or false");
      return value === true;
    },
    oneOf(value, field, values) {
      if (value === undefined || values.includes(value as never)) return value as never;
      add(field, "unknown_value", `has to be one of ${values.join(", ")}`);
      return undefined;
    },
  };
}
