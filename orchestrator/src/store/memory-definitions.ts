import type { Store, StoredDefinition } from "./store.ts";

type DefinitionStore = Pick<Store, "registerDefinition" | "getDefinition" | "listDefinitions" | "listVersions">;

/** The definitions of a memory store: the versions of each name in order, and which is the latest. */
export function createMemoryDefinitions(): DefinitionStore {
  const names = new Map<string, { versions: Omit<StoredDefinition, "latest">[]; latest: number }>();
  const of = (namespace: string, name: string) => names.get(`${namespace}/${name}`);
  const get = (namespace: string, name: string, version?: number): StoredDefinition | undefined => {
    const kept = of(namespace, name);
    const found = kept?.versions[(version ?? kept.latest) - 1];
    return found && { ...found, latest: found.version === kept!.latest };
  };

  return {
    async registerDefinition({ namespace, name, digest, text, at }) {
      const kept = of(namespace, name) ?? { versions: [], latest: 0 };
      names.set(`${namespace}/${name}`, kept);
      const known = kept.versions.find((version) => version.digest === digest);
      const version = known?.version ?? kept.versions.length + 1;
      if (!known) kept.versions.push({ namespace, name, version, digest, text, registeredAt: at });
      kept.latest = version;
      return { stored: get(namespace, name, version)!, created: !known };
    },
    getDefinition: async (namespace, name, version) => get(namespace, name, version),
    async listDefinitions(namespace, afterName, pageSize) {
      const all = [...names.values()]
        .map(({ versions }) => versions[0]!)
        .filter((first) => first.namespace === namespace);
      const above = all.map(({ name }) => name).filter((name) => name > afterName);
      return above
        .sort()
        .slice(0, pageSize)
        .map((name) => get(namespace, name)!);
    },
    async listVersions(namespace, name, belowVersion, pageSize) {
      const versions = of(namespace, name)?.versions ?? [];
      const below = versions.filter(({ version }) => version < belowVersion).reverse();
      return below.slice(0, pageSize).map(({ version }) => get(namespace, name, version)!);
    },
  };
}
