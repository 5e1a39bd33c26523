import { createMemoryBackend, createMemoryStore } from "../../../orchestrator/src/store/memory-store.ts";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

let backend = createMemoryBackend();
let stores: Store[] = [];

storeContract("memory", {
  async replica(name = `replica-${stores.length}`) {
    const store = createMemoryStore(backend, { replicaId: name, leaseMs: LEASE_MS, clock: Date.now });
    stores.push(store);
    await store.open();
    return store;
  },
  async reset() {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
    backend = createMemoryBackend();
  },
  async stop() {},
});
