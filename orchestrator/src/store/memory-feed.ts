import { BackstitchError } from "../errors.ts";
import type { FeedEntry, FeedPage, FeedQuery, SagaRecord } from "./store.ts";

const KEPT_MS = 3_600_000;
const PAGE = 256;

/** The changes of all sagas, in one list. A cursor is the number of its last entry, with its namespace. */
export function createMemoryFeed() {
  let entries: FeedEntry[] = [];
  /** How many were trimmed. */
  let trimmed = 0;
  const waiting = new Set<() => void>();

  const wake = () => {
    for (const one of [...waiting]) one();
  };
  const untilMore = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done);
    });
  const beginning = ({ namespace, from }: FeedQuery): number => {
    if (from === "now") return trimmed + entries.length;
    if (from === "oldest") return trimmed;
    const [version, position, bound] = Buffer.from(from.cursor, "base64url").toString().split(" ");
    return version === "1" && bound === namespace ? Number(position) : Number.NaN;
  };

  return {
    add({ header, state, revision, updatedAt }: SagaRecord): void {
      const { namespace, sagaId, definition, version, labels } = header;
      const { status, direction } = state;
      entries.push({ namespace, sagaId, definition, version, labels, status, direction, revision, at: updatedAt });
      wake();
    },
    trim(now: number): void {
      const old = entries.findIndex(({ at }) => at >= now - KEPT_MS);
      const count = old < 0 ? entries.length : old;
      entries = entries.slice(count);
      trimmed += count;
    },
    async *follow(query: FeedQuery, signal: AbortSignal): AsyncGenerator<FeedPage> {
      const { namespace } = query;
      let position = beginning(query);
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        if (!(position >= trimmed && position <= trimmed + entries.length)) {
          throw new BackstitchError("CURSOR_OUT_OF_RANGE", "the feed does not reach from this cursor on");
        }
        const some = entries.slice(position - trimmed, position - trimmed + PAGE);
        position += some.length;
        const page = some.filter((entry) => entry.namespace === namespace);
        const cursor = Buffer.from(`1 ${position} ${namespace}`).toString("base64url");
        if (page.length > 0 || isFirst) yield { entries: page, cursor };
        if (position === trimmed + entries.length && !signal.aborted) await untilMore(signal);
      }
    },
    snapshot() {
      const kept = [...entries];
      const keptTrimmed = trimmed;
      return () => {
        entries = [...kept];
        trimmed = keptTrimmed;
        wake();
      };
    },
  };
}
