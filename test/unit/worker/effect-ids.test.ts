import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createCompletionTokens } from "../../../orchestrator/src/completion-token.ts";
import { names } from "../../../orchestrator/src/definition/limits.ts";
import { childIdOf, effectIdOf, parseEffectId } from "../../../orchestrator/src/effect-id.ts";

const saga = { namespace: "default", sagaId: "order:7.a_b-c" };
const elsewhere = { namespace: "eu-1", sagaId: "order-7" };

describe("an effect id", () => {
  test("names saga and step, and item and round where there are any", () => {
    expect(effectIdOf(saga, "charge", undefined, 0)).toBe("order:7.a_b-c/charge");
    expect(effectIdOf(saga, "charge", 0, 0)).toBe("order:7.a_b-c/charge#0");
    expect(effectIdOf(saga, "charge", undefined, 2)).toBe("order:7.a_b-c/charge@2");
    expect(effectIdOf(elsewhere, "charge", 499, 12)).toBe("eu-1/order-7/charge#499@12");
  });

  test("can be read back", () => {
    for (const key of [saga, elsewhere]) {
      for (const item of [undefined, 0, 499]) {
        for (const round of [0, 1, 100]) {
          const place = { ...key, step: "charge_2", item, round };
          expect(parseEffectId(effectIdOf(key, "charge_2", item, round))).toEqual(place);
        }
      }
    }
  });

  test("is not read from anything else", () => {
    for (const text of ["", "charge", "/charge", "a/b/c/d", "a/B", "a/b#", "a/b@", "a/b@1#1", "a/b#1x", "a /b"]) {
      expect(parseEffectId(text), text).toBeUndefined();
    }
  });
});

describe("the id of a child saga", () => {
  test("names its parent, the step and the round", () => {
    expect(childIdOf("trip-1", "book_hotel", 0)).toBe("trip-1.book_hotel");
    expect(childIdOf("trip-1", "book_hotel", 3)).toBe("trip-1.book_hotel:3");
  });

  test("is an id of its own in every round, also where there is a step of that name", () => {
    expect(childIdOf("trip", "a", 1)).not.toBe(childIdOf(childIdOf("trip", "a", 0), "r1", 0));
  });

  test("is never longer than an id may be, and differs where what it is made from differs", () => {
    const parents = ["x".repeat(128), `${"x".repeat(127)}y`];
    const ids = parents.flatMap((parent) => [0, 1].map((round) => childIdOf(parent, "s".repeat(64), round)));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(names.sagaId.regex);
    expect(childIdOf(parents[0]!, "s", 0)).toBe(childIdOf(parents[0]!, "s", 0));
  });
});

describe("a completion token", () => {
  const secret = randomBytes(32).toString("base64url");
  const tokens = createCompletionTokens(secret);

  test("is the effect and its direction, with HMAC-SHA-256 over both", () => {
    for (const id of ["order-1/charge", `${"n".repeat(63)}/${"s".repeat(128)}/${"t".repeat(64)}#499@100`]) {
      for (const [direction, verb] of [["forward", "do"] as const, ["backward", "undo"] as const]) {
        const mac = createHmac("sha256", secret).update(`${id}/${verb}`).digest("base64url");
        expect(tokens.make(id, direction)).toBe(`${id}/${verb}.${mac}`);
      }
    }
  });

  test("agrees with createHmac for secrets of every length", () => {
    for (let length = 1; length <= 64; length++) {
      const key = "k".repeat(length);
      const mac = createHmac("sha256", key).update("a/b/do").digest("base64url");
      expect(createCompletionTokens(key).make("a/b", "forward")).toBe(`a/b/do.${mac}`);
    }
  });

  test("tells what it stands for", () => {
    const token = tokens.make(effectIdOf(elsewhere, "charge", 4, 2), "backward");
    expect(tokens.read(token)).toEqual({ ...elsewhere, step: "charge", item: 4, round: 2, direction: "backward" });
  });

  test("is worth nothing when one character of it is another, or under another secret", () => {
    const token = tokens.make("order-1/charge", "forward");
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === "a" ? "b" : "a";
      expect(tokens.read(token.slice(0, i) + other + token.slice(i + 1)), `character ${i}`).toBeUndefined();
    }
    expect(tokens.read(`${token}A`)).toBeUndefined();
    expect(createCompletionTokens("another").read(token)).toBeUndefined();
  });

  test("of a Do is not one of its Undo", () => {
    const undo = tokens.make("order-1/charge", "forward").replace("/do.", "/undo.");
    expect(tokens.read(undo)).toBeUndefined();
  });

  test("is refused without harm however it looks", () => {
    for (const text of [
      "",
      ".",
      "x".repeat(100_000),
      `é/do.${"A".repeat(43)}`,
      `${"a".repeat(2_000)}/do.${"A".repeat(43)}`,
    ])
      expect(tokens.read(text)).toBeUndefined();
  });
});
