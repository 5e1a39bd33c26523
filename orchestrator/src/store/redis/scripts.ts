import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const FOLDER = new URL("../lua/", import.meta.url);

export interface Script {
  readonly text: string;
  /** What Redis knows it by. */
  readonly sha: string;
}

/** The scripts of `lua/`, by what they do; each file says what it takes, gives and upholds. */
export const scripts = {
  start: load("start"),
  commit: load("commit"),
  claim: load("claim"),
  renew: load("renew"),
  release: load("release"),
  append: load("append"),
  due: load("due"),
  incarnations: load("incarnations"),
  advance: load("advance"),
  feed: load("feed"),
  lock: load("lock"),
  unlock: load("unlock"),
  pending: load("pending"),
  wake: load("wake"),
  sizes: load("sizes"),
  sweep: load("sweep"),
  over: load("over"),
  retire: load("retire"),
  stats: load("stats"),
  register: load("register"),
  dropConsumer: load("drop-consumer"),
};

function load(name: string): Script {
  const text = read(name).replace(/^--@include (\S+)$/gm, (_, included: string) => read(included));
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

function read(name: string): string {
  return readFileSync(new URL(`${name}.lua`, FOLDER), "utf8");
}
