/** Something that happens once, such as that the API begins to stop, and those who want to be told. */
export interface Latch {
  readonly fired: boolean;
  /** Called when it happens; not where it has happened already. Gives the function that ends the subscription. */
  onFire(listener: () => void): () => void;
  fire(): void;
}

export function createLatch(): Latch {
  const listeners = new Set<() => void>();
  let fired = false;
  return {
    get fired() {
      return fired;
    },
    onFire(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fire() {
      fired = true;
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
  };
}
