/** Something was not as a case expects. */
export class Mismatch extends Error {
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}, came ${came}`);
    this.name = "Mismatch";
    this.expected = expected;
    this.came = came;
  }
}
