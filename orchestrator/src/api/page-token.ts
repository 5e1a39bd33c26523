import { hash } from "node:crypto";
import { BackstitchError } from "../errors.ts";
import { requestLimits } from "./limits.ts";

/** Where a page ended: what the next one needs to go on. Opaque to callers. */
export type Position = readonly (string | number)[];

/**
 * Makes a page token. It carries a digest of the query it belongs to, so that one of another query is refused rather
 * than answered with a page of something else.
 */
export function encodePageToken(query: unknown, position: Position): string {
  return Buffer.from(JSON.stringify([digestOf(query), ...position])).toString("base64url");
}

/**
 * The position in a token; undefined without one. `shape` gives the types the position must have.
 * Throws INVALID_PAGE_TOKEN where it is of another query or no token.
 */
export function decodePageToken<const S extends readonly ("string" | "number")[]>(
  query: unknown,
  token: string,
  shape: S,
): { [K in keyof S]: S[K] extends "string" ? string : number } | undefined {
  if (token === "") return undefined;
  const parts = parse(token);
  if (!parts) throw invalid("page_token", "this is not a page token of this service");
  const [digest, ...position] = parts;
  const known = position.length === shape.length && position.every((part, i) => typeof part === shape[i]);
  if (digest !== digestOf(query) || !known)
    throw invalid("same_query", "the token is of another query; repeat the query that gave it, page_size apart");
  return position as never;
}

function parse(token: string): unknown[] | undefined {
  if (token.length > requestLimits.pageToken) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(query: unknown): string {
  return hash("sha256", JSON.stringify(query), "base64url").slice(0, 16);
}

function invalid(rule: string, message: string): BackstitchError {
  return new BackstitchError("INVALID_PAGE_TOKEN", `page_token: ${message}`, {
    faults: [{ field: "page_token", rule, message }],
  });
}
