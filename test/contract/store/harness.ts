import type { Store } from "../../../orchestrator/src/store/store.ts";

/** Short, so that tests of lost leases are quick. */
export const LEASE_MS = 400;

/** What the contract suite needs of an implementation. */
export interface StoreHarness {
  /** A store that shares its sagas with all others of this harness, as replicas do. Opened. */
  replica(name?: string): Promise<Store>;
  /** Closes the stores and forgets their sagas. */
  reset(): Promise<void>;
  /** Ends what the harness runs. */
  stop(): Promise<void>;
}
