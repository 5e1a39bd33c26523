import type { Keys } from "../keys.ts";
import type { Store, StoredDefinition } from "../store.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";

type DefinitionStore = Pick<Store, "registerDefinition" | "getDefinition" | "listDefinitions" | "listVersions">;

/** Versions are fields `v<version>` of a hash per name: `<registered at> <digest> <text>`. */
export function createDefinitionStore(caller: Caller, keys: Keys): DefinitionStore {
  const fetch = async (namespace: string, name: string, versions: readonly number[]): Promise<StoredDefinition[]> => {
    if (versions.length === 0) return [];
    const fields = ["latest", ...versions.map((version) => `v${version}`)];
    const [latest, ...texts] = (await caller.call("hmget", keys.versions(namespace, name), ...fields)) as (
      | string
      | null
    )[];
    return texts.flatMap((text, i) => {
      const version = versions[i]!;
      return text === null ? [] : [{ namespace, name, version, ...parse(text), latest: String(version) === latest }];
    });
  };
  const latestOf = async (namespace: string, name: string): Promise<StoredDefinition | undefined> => {
    const latest = await caller.call("hget", keys.versions(namespace, name), "latest");
    return latest === null ? undefined : (await fetch(namespace, name, [Number(latest)]))[0];
  };

  return {
    async registerDefinition({ namespace, name, digest, text, at }) {
      const where = [keys.versions(namespace, name), keys.names(namespace)];
      const [version, created] = (await caller.run(scripts.register, where, [name, digest, text, at])) as [
        number,
        number,
      ];
      const [stored] = await fetch(namespace, name, [version]);
      return { stored: stored!, created: created === 1 };
    },
    async getDefinition(namespace, name, version) {
      if (version === undefined) return latestOf(namespace, name);
      return (await fetch(namespace, name, [version]))[0];
    },
    async listDefinitions(namespace, afterName, pageSize) {
      const from = afterName === "" ? "-" : `(${afterName}`;
      const range = ["BYLEX", "LIMIT", 0, pageSize];
      const names = (await caller.call("zrange", keys.names(namespace), from, "+", ...range)) as string[];
      const found = await Promise.all(names.map((name) => latestOf(namespace, name)));
      return found.filter((definition) => definition !== undefined);
    },
    async listVersions(namespace, name, belowVersion, pageSize) {
      const count = Number((await caller.call("hget", keys.versions(namespace, name), "count")) ?? 0);
      const newest = Math.min(count, belowVersion - 1);
      const length = Math.max(0, Math.min(newest, pageSize));
      return fetch(
        namespace,
        name,
        Array.from({ length }, (_, i) => newest - i),
      );
    },
  };
}

function parse(stored: string): { registeredAt: number; digest: string; text: string } {
  const first = stored.indexOf(" ");
  const second = stored.indexOf(" ", first + 1);
  return {
    registeredAt: Number(stored.slice(0, first)),
    digest: stored.slice(first + 1, second),
    text: stored.slice(second + 1),
  };
}
