import { type CelInput, celMap } from "@bufbuild/cel";
import type { Root } from "./cel-roots.ts";
import type { PayloadReader } from "./payload-reader.ts";

/** What CEL sees under the names of the roots. A payload is read when the expression looks it up. */
export function bindingsOf(reader: PayloadReader, steps: ReadonlyMap<string, number>): Record<string, CelInput> {
  return new Bindings(reader, steps) as Readonly<Record<Root, CelInput>> as Record<string, CelInput>;
}

/** A class, as one is made for each evaluation: getters of a prototype cost nothing to make. */
class Bindings implements Readonly<Record<Root, CelInput>> {
  readonly #reader: PayloadReader;
  readonly #steps: ReadonlyMap<string, number>;

  constructor(reader: PayloadReader, steps: ReadonlyMap<string, number>) {
    this.#reader = reader;
    this.#steps = steps;
  }
  get input(): CelInput {
    return this.#reader.celInput();
  }
  get steps(): CelInput {
    return celMap(new Map([...this.#steps].map(([name, index]) => [name, this.#reader.celStep(index)])));
  }
  get item(): CelInput {
    return this.#reader.celItem();
  }
  get index(): CelInput {
    return this.#reader.index();
  }
  get signal(): CelInput {
    return this.#reader.celSignal();
  }
}
