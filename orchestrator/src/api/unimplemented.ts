import { BackstitchError } from "../errors.ts";

/** The handler of a method that the contract has and this version does not. */
export function notImplemented(method: string): () => Promise<never> {
  return () => Promise.reject(new BackstitchError("NOT_IMPLEMENTED", `${method} is not implemented in this version`));
}
