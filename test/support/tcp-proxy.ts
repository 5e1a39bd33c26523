import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Cuts each connection as soon as the target answers it; what the target was asked is done by then. */
  dropReplies(): void;
  /** As `dropReplies`, but for the first connection alone that sends a chunk containing `text`, and once. */
  dropReplyTo(text: string): void;
  /** Cuts the first connection whose target sends a chunk containing `text`, and once; the chunk is lost. */
  dropReplyWith(text: string): void;
  /** Takes bytes and passes on nothing, on present and on new connections. */
  blackHole(): void;
  /** As `blackHole`, but for the first connection alone that sends a chunk containing `text`; the chunk still arrives. */
  blackHoleSender(text: string): void;
  /** Passes on what comes over new connections; those that were black-holed stay silent. */
  pass(): void;
  /** Ends all present connections. */
  cut(): void;
  /** Passes everything on again and cuts the connections that were black-holed. */
  heal(): void;
  /** How many replies were dropped. */
  readonly dropped: number;
  stop(): Promise<void>;
}

type Mode =
  | { kind: "pass" | "drop" | "blackHole" }
  /** Once, for the connection that meets it. */
  | { kind: "dropReplyTo" | "dropReplyWith" | "blackHoleSender"; text: string };

/** Stands between a client and a server on the loopback interface and loses what it is told to. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: Mode = { kind: "pass" };
  let dropped = 0;
  const pairs = new Set<{ client: Socket; target: Socket; marked: boolean; lossy: boolean }>();

  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    const pair = { client, target, marked: false, lossy: false };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      target.destroy();
      pairs.delete(pair);
    };
    client.on("data", (chunk) => {
      if (mode.kind === "blackHole") pair.lossy = true;
      if (pair.lossy) return;
      target.write(chunk);
      if (mode.kind !== "dropReplyTo" && mode.kind !== "blackHoleSender") return;
      if (!chunk.includes(mode.text)) return;
      if (mode.kind === "dropReplyTo") pair.marked = true;
      else pair.lossy = true;
      mode = { kind: "pass" };
    });
    target.on("data", (chunk) => {
      const asked = mode.kind === "dropReplyWith" && chunk.includes(mode.text);
      if (asked) mode = { kind: "pass" };
      if (mode.kind === "drop" || pair.marked || asked) {
        dropped++;
        end();
      } else if (mode.kind === "blackHole") pair.lossy = true;
      else if (!pair.lossy) client.write(chunk);
    });
    for (const socket of [client, target]) socket.on("close", end).on("error", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const set = (next: Mode) => {
    mode = next;
  };
  const cut = (which: (pair: { lossy: boolean }) => boolean) => {
    for (const pair of [...pairs]) if (which(pair)) pair.client.destroy();
  };

  return {
    port: (server.address() as { port: number }).port,
    dropReplies: () => set({ kind: "drop" }),
    dropReplyTo: (text) => set({ kind: "dropReplyTo", text }),
    dropReplyWith: (text) => set({ kind: "dropReplyWith", text }),
    blackHole() {
      set({ kind: "blackHole" });
      for (const pair of pairs) pair.lossy = true;
    },
    blackHoleSender: (text) => set({ kind: "blackHoleSender", text }),
    pass: () => set({ kind: "pass" }),
    cut: () => cut(() => true),
    heal() {
      set({ kind: "pass" });
      cut((pair) => pair.lossy);
    },
    get dropped() {
      return dropped;
    },
    async stop() {
      cut(() => true);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
