import type { Kind } from "./cel-kinds.ts";
import type { Rule } from "./faults.ts";
import {
  type Compile,
  compileCondition,
  compileItems,
  compileJson,
  compileKey,
  compileMoment,
} from "./typed-expressions.ts";

/** A result that an expression is asked for. */
export interface Form {
  /** What the result may be, as far as it is known before the expression runs. */
  readonly kinds: readonly Kind[];
  /** Broken where it can be none of these. */
  readonly rule: Rule;
  readonly says: string;
  /** How such an expression is run. */
  readonly compile: Compile<unknown>;
}

/** The results that expressions are asked for. */
export const forms = {
  value: {
    kinds: ["bool", "number", "string", "bytes", "null", "timestamp", "duration", "list", "map"],
    rule: "not_json",
    says: "gives a type, which JSON has not",
    compile: compileJson,
  },
  object: { kinds: ["map"], rule: "not_object", says: "must give an object", compile: compileJson },
  condition: {
    kinds: ["bool"],
    rule: "not_boolean",
    says: "must be a condition that is true or false, such as input.amount > 100",
    compile: compileCondition,
  },
  list: {
    kinds: ["list"],
    rule: "not_list",
    says: "must give a list, such as input.items",
    compile: compileItems,
  },
  moment: {
    kinds: ["timestamp", "string"],
    rule: "not_timestamp",
    says: "must give a timestamp or an RFC 3339 string, such as timestamp(input.check_in) - duration('24h')",
    compile: compileMoment,
  },
  key: {
    kinds: ["string", "number"],
    rule: "not_key",
    says: "must give a string or a number, such as input.listing_id",
    compile: compileKey,
  },
} as const satisfies Record<string, Form>;
