import { createMemoryBackend, createMemoryStore } from "../../../orchestrator/src/store/memory-store.ts";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

let backend = createMemoryBackend();
let stores: Store[] = [];

storeContract("memory", {
  async replica(name = `replica-${stores.length}`, options = {}) {
    const store = createMemoryStore(backend, { replicaId: name, leaseMs: LEASE_MS, clock: Date.now, ...options });
    stores.push(store);
    await store.open();
    return store;
  },
  async snapshot() {
    const restore = backend.snapshot();
    return async () => restore(Date.now());
  },
  async trimFeed() {
    backend.feed.trim(Number.POSITIVE_INFINITY);
  },
  async reset() {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
    backend = createMemoryBackend();
  },
  async stop() {},
});
