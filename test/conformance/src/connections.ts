import type { Link, Target } from "./link.ts";
import { openServe, type ServeLink } from "./serve-link.ts";
import { openUnary } from "./unary-link.ts";

/** The connections of one case, by name, opened when they are first used. */
export interface Connections {
  unary(name: string): Link;
  serve(name: string): ServeLink;
  /** Closes a connection; under this name a new one is opened from now on. */
  forget(name: string): void;
  forgetAll(): void;
  /** Answers that belong to no command, on any connection so far. */
  strays(): readonly string[];
  close(): void;
}

export function createConnections(target: Target): Connections {
  const unary = new Map<string, Link>();
  const serve = new Map<string, ServeLink>();
  const strays: string[] = [];

  function forget(name: string): void {
    unary.get(name)?.close();
    serve.get(name)?.close();
    unary.delete(name);
    serve.delete(name);
  }

  const forgetAll = () => {
    for (const name of [...unary.keys(), ...serve.keys()]) forget(name);
  };

  return {
    unary: (name) => open(unary, name, () => openUnary(target)),
    serve: (name) => open(serve, name, () => openServe(target, (stray) => strays.push(stray))),
    forget,
    forgetAll,
    strays: () => strays,
    close: forgetAll,
  };
}

function open<T>(links: Map<string, T>, name: string, make: () => T): T {
  let link = links.get(name);
  if (link === undefined) {
    link = make();
    links.set(name, link);
  }
  return link;
}
