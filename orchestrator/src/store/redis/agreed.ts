import { randomBytes } from "node:crypto";
import { BackstitchError } from "../../errors.ts";
import type { Keys } from "../keys.ts";
import type { Caller } from "./caller.ts";

const SECRET_BYTES = 32;

/** What all processes of a store know alike, beside its sagas. */
export interface Agreed {
  /** Fixes at first use what every process must agree on. Rejects where the store has another number of partitions. */
  agree(): Promise<void>;
  readonly secret: string;
  /** Notes namespaces before there is a saga in them. */
  noteNamespaces(namespaces: Iterable<string>): Promise<void>;
  /** Writes again what this process knows: the store may have lost it. */
  repeat(): Promise<void>;
}

export function createAgreed(caller: Caller, keys: Keys): Agreed {
  const noted = new Set<string>();
  let secret = randomBytes(SECRET_BYTES).toString("base64url");

  const agree = async () => {
    await caller.call("hsetnx", keys.meta, "partitions", keys.partitions);
    await caller.call("hsetnx", keys.meta, "secret", secret);
    const [fixed, found] = (await caller.call("hmget", keys.meta, "partitions", "secret")) as string[];
    if (Number(fixed) !== keys.partitions) {
      throw new BackstitchError(
        "INTERNAL",
        `the store has ${fixed} partitions and the configuration says ${keys.partitions}: the number cannot be changed`,
      );
    }
    secret = found!;
  };

  return {
    agree,
    get secret() {
      return secret;
    },
    async noteNamespaces(namespaces) {
      for (const namespace of namespaces) {
        if (noted.has(namespace)) continue;
        await caller.call("sadd", keys.namespaces, namespace);
        noted.add(namespace);
      }
    },
    async repeat() {
      await agree();
      if (noted.size > 0) await caller.call("sadd", keys.namespaces, ...noted);
    },
  };
}
