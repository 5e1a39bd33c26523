import { expect, test } from "vitest";
import { decodeCursor, encodeCursor, furthest, isLater } from "../../../orchestrator/src/store/redis/feed-cursor.ts";

const positions = ["0-0", "1795203261855-7", "1795203261855-4294967295"];

test("a cursor reads back as the positions it was made of", () => {
  const cursor = encodeCursor(positions, "bs default");
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(cursor, "bs default", 3)).toEqual(positions);
});

test("a cursor of another store, namespace or number of partitions is none, nor is rubbish", () => {
  const cursor = encodeCursor(positions, "bs default");
  expect(decodeCursor(cursor, "bs other", 3)).toBeUndefined();
  expect(decodeCursor(cursor, "bs default", 4)).toBeUndefined();
  for (const rubbish of ["", "x", cursor.slice(4), `${cursor}AAAA`, "!".repeat(60)]) {
    expect(decodeCursor(rubbish, "bs default", 3)).toBeUndefined();
  }
});

test("entries are compared by time and then by number, not as text", () => {
  expect(isLater("10-0", "9-0")).toBe(true);
  expect(isLater("9-10", "9-9")).toBe(true);
  expect(isLater("9-9", "9-9")).toBe(false);
  expect(isLater("9-9", "9-10")).toBe(false);
});

test("the furthest of two positions is taken partition by partition", () => {
  const later = ["1-0", "2-0"];
  expect(furthest(["0-5", "2-0"], later)).toBe(later);
  expect(furthest(["3-0", "1-0"], later)).toEqual(["3-0", "2-0"]);
});
