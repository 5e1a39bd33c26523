import { describe, expect, test } from "vitest";
import { createDeadlines, type Timed, untimed } from "../../../orchestrator/src/dispatch/deadlines.ts";

interface Entry extends Timed {
  readonly name: string;
}

function setUp(onFire: (entry: Entry) => void = () => undefined) {
  const clock = { now: 1234.5 };
  const fired: string[] = [];
  const deadlines = createDeadlines<Entry>(
    () => clock.now,
    (entry) => {
      fired.push(entry.name);
      onFire(entry);
    },
    false,
  );
  const at = (ms: number) => {
    clock.now = 1234.5 + ms;
    deadlines.advance();
  };
  const entry = (name: string): Entry => ({ ...untimed, name });
  return { deadlines, fired, at, entry };
}

describe("the wheel of deadlines", () => {
  test("fires each once, never early and at most two ticks late", () => {
    const { deadlines, fired, at, entry } = setUp();
    deadlines.set(entry("a"), 25);
    deadlines.set(entry("b"), 100);
    at(24);
    expect(fired).toEqual([]);
    at(45);
    expect(fired).toEqual(["a"]);
    at(99);
    expect(fired).toEqual(["a"]);
    at(120);
    at(500);
    expect(fired).toEqual(["a", "b"]);
  });

  test("what is cleared or set anew does not fire at its old time", () => {
    const { deadlines, fired, at, entry } = setUp();
    const [a, b] = [entry("a"), entry("b")];
    deadlines.set(a, 50);
    deadlines.set(b, 50);
    deadlines.clear(a);
    deadlines.clear(a);
    deadlines.set(b, 200);
    at(100);
    expect(fired).toEqual([]);
    at(220);
    expect(fired).toEqual(["b"]);
  });

  test("deadlines beyond one turn of the wheel wait for their own turn", () => {
    const { deadlines, fired, at, entry } = setUp();
    deadlines.set(entry("near"), 100);
    deadlines.set(entry("far"), 100 + 5120);
    deadlines.set(entry("farther"), 100 + 3 * 5120);
    for (let ms = 0; ms <= 5000; ms += 10) at(ms);
    expect(fired).toEqual(["near"]);
    for (let ms = 5000; ms <= 5240; ms += 10) at(ms);
    expect(fired).toEqual(["near", "far"]);
    at(100 + 3 * 5120 + 20);
    expect(fired).toEqual(["near", "far", "farther"]);
  });

  test("after a long pause everything due fires, and nothing else", () => {
    const { deadlines, fired, at, entry } = setUp();
    for (let i = 0; i < 20; i++) deadlines.set(entry(`${i}`), i * 997);
    at(60_000);
    expect(fired).toHaveLength(20);
    deadlines.set(entry("later"), 10_000);
    at(65_000);
    expect(fired).toHaveLength(20);
    at(70_030);
    expect(fired).toHaveLength(21);
  });

  test("firing one may clear another that is due, and set new ones", () => {
    const { deadlines, fired, at, entry } = setUp((fired) => {
      if (fired.name !== "a") return;
      deadlines.clear(b);
      deadlines.set(c, 0);
    });
    const [a, b, c] = [entry("a"), entry("b"), entry("c")];
    deadlines.set(a, 10);
    deadlines.set(b, 10);
    at(40);
    expect(fired).toEqual(["a"]);
    at(70);
    expect(fired).toEqual(["a", "c"]);
  });

  test("its own timer fires, and stops once nothing has a deadline", async () => {
    const { promise, resolve } = Promise.withResolvers<Entry>();
    const deadlines = createDeadlines<Entry>(() => performance.now(), resolve);
    const entry = { ...untimed, name: "a" };
    const before = performance.now();
    deadlines.set(entry, 30);
    expect(await promise).toBe(entry);
    expect(performance.now() - before).toBeGreaterThanOrEqual(30);
    deadlines.stop();
  });
});
