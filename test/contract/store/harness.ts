import type { Store } from "../../../orchestrator/src/store/store.ts";

/** Short, so that tests of lost leases are quick. */
export const LEASE_MS = 400;

/** What the contract suite needs of an implementation. */
export interface StoreHarness {
  /** A store that shares its sagas with all others of this harness, as replicas do. Opened. */
  replica(name?: string, options?: { readonly development?: boolean }): Promise<Store>;
  /**
   * Remembers what is kept now; the returned function has the store lose all that was written since, as a crash may.
   * undefined: that cannot be had here.
   */
  readonly snapshot: (() => Promise<() => Promise<void>>) | undefined;
  /** Forgets the feed so far, as retention does after a while. */
  trimFeed(): Promise<void>;
  /** Closes the stores and forgets their sagas. */
  reset(): Promise<void>;
  /** Ends what the harness runs. */
  stop(): Promise<void>;
}
