import { BackstitchError } from "../../errors.ts";
import type { Refusal } from "../../machine/effect.ts";
import { type Keys, memberOf } from "../keys.ts";
import { codeOfStatus } from "../step-codec.ts";
import type { Appended, InboxItem, SagaKey } from "../store.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";

/** The most items that wait for one saga. */
const INBOX_LIMIT = 1000;

/** An inbox item is `<request id as JSON>\t<command as JSON>`: a script finds a request id without parsing. */
export function parseItems(items: readonly string[]): readonly InboxItem[] {
  return items.map((item) => {
    const tab = item.indexOf("\t");
    return { requestId: JSON.parse(item.slice(0, tab)), command: JSON.parse(item.slice(tab + 1)) };
  });
}

/** How the kept state begins of a final saga that this item gives an owner again; empty: of none. */
function reopens({ command }: InboxItem): string | number {
  return command.kind === "compensate" ? codeOfStatus("COMPLETED") : "";
}

export async function appendToInbox(caller: Caller, keys: Keys, key: SagaKey, item: InboxItem): Promise<Appended> {
  const member = memberOf(key);
  const partition = keys.partitionOf(member);
  const { commands, finished } = keys.partition(partition);
  const reply = await caller.run(
    scripts.append,
    [keys.record(partition, member), keys.inbox(partition, member), commands, finished],
    [JSON.stringify(item.requestId), JSON.stringify(item.command), member, keys.pokes, INBOX_LIMIT, reopens(item)],
  );
  if (typeof reply === "object") return { kind: "answered", refusal: (reply?.[0] || undefined) as Refusal };
  if (reply === 0) return { kind: "missing" };
  if (reply === 1) return { kind: "final" };
  if (reply === 3) throw new BackstitchError("OVERLOADED", `${INBOX_LIMIT} requests already wait for this saga`);
  return { kind: "appended" };
}
