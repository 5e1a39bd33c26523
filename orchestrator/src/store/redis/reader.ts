import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import type { StreamsReply } from "./streams.ts";

const INTERRUPT_PAUSE_MS = 10;

/**
 * Reads streams by blocking reads over a connection of its own. A read whose connection breaks or falls silent rejects
 * within seconds; the next read then goes over a new connection.
 */
export interface BlockingReader {
  /** Calls a command that blocks for BLOCK_MS at most. */
  read(name: "xread" | "xreadgroup", args: readonly (string | number)[]): Promise<StreamsReply>;
  /** Ends a read that blocks, without an entry being lost. */
  interrupt(): Promise<void>;
  close(): void;
}

/** `key` is one of the keys to be read; in a Cluster all of them must be in its slot. */
export function createBlockingReader(connections: Connections, key: string): BlockingReader {
  let client: Redis | undefined;
  let clientId: number | undefined;
  let reading = false;
  let interrupted = false;
  let closed = false;

  const connect = async (): Promise<Redis> => {
    if (client) return client;
    const fresh = await connections.blocking(key);
    if (closed) {
      fresh.disconnect();
      throw new Error("closed");
    }
    client = fresh;
    clientId = undefined;
    await fresh.connect();
    clientId = await fresh.client("ID");
    return fresh;
  };
  const drop = () => {
    client?.disconnect();
    client = undefined;
    clientId = undefined;
  };

  return {
    async read(name, args) {
      reading = true;
      interrupted = false;
      try {
        const connected = await connect();
        if (interrupted) return null;
        return (await connected.call(name, ...args)) as StreamsReply;
      } catch (thrown) {
        // A definite answer leaves the connection good, but for one that says the keys live elsewhere.
        const answered = thrown instanceof Error && thrown.name === "ReplyError";
        if (!answered || !thrown.message.startsWith("NOGROUP")) drop();
        throw thrown;
      } finally {
        reading = false;
      }
    },
    async interrupt() {
      interrupted = true;
      // Again and again: the read may still be on its way to the server.
      while (reading && !closed) {
        if (client && clientId !== undefined) await connections.unblock(client, clientId);
        await sleep(INTERRUPT_PAUSE_MS);
      }
    },
    close() {
      closed = true;
      drop();
    },
  };
}
