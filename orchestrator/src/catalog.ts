import { monotonicMs } from "./clock.ts";
import { canonicalText, digestOf } from "./definition/parse.ts";
import { createPlan } from "./definition/plan.ts";
import { toProto } from "./definition/proto.ts";
import type { Definition, Plan } from "./definition/types.ts";
import { checkDefinitionText, definitionOf, invalidDefinition, validateDefinition } from "./definition/validate.ts";
import { BackstitchError, type Fault } from "./errors.ts";
import type { Store, StoredDefinition } from "./store/store.ts";

/** The message of the contract. */
type SagaDefinition = ReturnType<typeof toProto>;

/** A definition as a caller gives it: the message, or YAML or JSON text. */
export type DefinitionSource = { readonly message: SagaDefinition } | { readonly text: string };

/** Registers definitions and keeps the plans of their versions, which never change, at hand. */
export interface DefinitionCatalog {
  /**
   * The plan of the latest version. A version registered through another replica is seen within a second.
   * Rejects with DEFINITION_NOT_FOUND.
   */
  latest(namespace: string, name: string): Plan | Promise<Plan>;
  /** The plan of a version, at once where it is at hand; `version` undefined: `latest`. Rejects with DEFINITION_NOT_FOUND. */
  version(namespace: string, name: string, version: number | undefined): Plan | Promise<Plan>;
  /** A version as it is stored; `version` undefined: the latest. Rejects with DEFINITION_NOT_FOUND. */
  stored(namespace: string, name: string, version: number | undefined): Promise<StoredDefinition>;
  /** All faults, or the definition with its defaults filled in. */
  validate(source: DefinitionSource): {
    readonly faults: readonly Fault[];
    readonly definition: SagaDefinition | undefined;
  };
  /** Rejects with INVALID_DEFINITION and all faults. */
  register(
    namespace: string,
    source: DefinitionSource,
  ): Promise<{ readonly stored: StoredDefinition; readonly created: boolean }>;
}

/** How long the latest version may be taken from memory. */
const LATEST_MS = 1_000;
/** Plans kept in memory; the ones read from the store longest ago go first. */
const MAX_PLANS = 1_000;

export function createDefinitionCatalog(deps: {
  readonly store: Pick<Store, "getDefinition" | "registerDefinition" | "now">;
  /** The names in the configuration that definitions may call. */
  readonly participants: () => readonly string[];
}): DefinitionCatalog {
  const { store } = deps;
  const plans = new Map<string, Plan>();
  const latest = new Map<string, { readonly plan: Plan | Promise<Plan>; readonly until: number }>();

  async function stored(namespace: string, name: string, version: number | undefined): Promise<StoredDefinition> {
    const found = await store.getDefinition(namespace, name, version);
    if (found) return found;
    const which = version === undefined ? `'${name}'` : `'${name}' version ${version}`;
    throw new BackstitchError("DEFINITION_NOT_FOUND", `there is no definition ${which} in namespace '${namespace}'`, {
      faults: [{ field: "definition", rule: "unknown_definition", message: "is not registered" }],
    });
  }

  function planOf(found: StoredDefinition): Plan {
    const key = versionKey(found.namespace, found.name, found.version);
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = createPlan(definitionOf(found.text), found.version);
      remember(plans, key, plan);
    }
    return plan;
  }

  function noteLatest(namespace: string, name: string, plan: Plan | Promise<Plan>): void {
    remember(latest, `${namespace}/${name}`, { plan, until: monotonicMs() + LATEST_MS });
  }

  function check(
    source: DefinitionSource,
  ): { readonly faults: readonly Fault[] } | { readonly definition: Definition } {
    const options = { prefix: "definition.", participants: deps.participants() };
    return "text" in source ? checkDefinitionText(source.text, options) : validateDefinition(source.message, options);
  }

  function latestPlan(namespace: string, name: string): Plan | Promise<Plan> {
    const known = latest.get(`${namespace}/${name}`);
    if (known && monotonicMs() < known.until) return known.plan;
    // Callers that come meanwhile share the read; one that failed is forgotten.
    const reading = stored(namespace, name, undefined).then(planOf);
    noteLatest(namespace, name, reading);
    reading.then(
      (plan) => noteLatest(namespace, name, plan),
      () => latest.delete(`${namespace}/${name}`),
    );
    return reading;
  }

  return {
    stored,
    latest: latestPlan,
    version(namespace, name, version) {
      if (version === undefined) return latestPlan(namespace, name);
      return plans.get(versionKey(namespace, name, version)) ?? stored(namespace, name, version).then(planOf);
    },
    validate(source) {
      const checked = check(source);
      if ("faults" in checked) return { faults: checked.faults, definition: undefined };
      return { faults: [], definition: toProto(checked.definition) };
    },
    async register(namespace, source) {
      const checked = check(source);
      if ("faults" in checked) throw invalidDefinition(checked.faults);
      // Stored with its defaults written out: they stay what they were when a later release changes them.
      const text = canonicalText(toProto(checked.definition));
      const { name } = checked.definition;
      const result = await store.registerDefinition({ namespace, name, digest: digestOf(text), text, at: store.now() });
      noteLatest(namespace, name, planOf(result.stored));
      return result;
    },
  };
}

function versionKey(namespace: string, name: string, version: number): string {
  return `${namespace}/${name}@${version}`;
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_PLANS) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
