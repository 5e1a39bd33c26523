import { type Keys, keyOf } from "../keys.ts";
import type { SagaKey } from "../store.ts";
import type { Client, Connections } from "./connections.ts";

/** Listens for pokes, over a connection of its own that is made for the first listener. */
export function createPokes(connections: Connections, keys: Keys, isOurs: (member: string) => boolean) {
  const listeners = new Set<(key: SagaKey) => void>();
  let client: Client | undefined;

  const listen = () => {
    client = connections.subscriber();
    client.on("message", (_channel: string, member: string) => {
      if (isOurs(member)) for (const listener of [...listeners]) listener(keyOf(member));
    });
    // Pokes are hints: while there is no connection, renewals tell of new items.
    client.on("ready", () => void client?.subscribe(keys.pokes).catch(() => undefined));
    void client.connect().catch(() => undefined);
  };

  return {
    onPoke(listener: (key: SagaKey) => void): () => void {
      if (!client) listen();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
