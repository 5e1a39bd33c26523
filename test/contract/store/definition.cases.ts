import { expect, test } from "vitest";
import type { StoreHarness } from "./harness.ts";
import { EPOCH } from "./sagas.ts";

const order = { namespace: "default", name: "order", at: EPOCH };

export function definitionCases(harness: StoreHarness): void {
  test("new content is a new version and the latest; old content becomes the latest again under its own version", async () => {
    const store = await harness.replica();
    const one = await store.registerDefinition({ ...order, digest: "d1", text: "one and more" });
    expect(one).toEqual({
      created: true,
      stored: {
        namespace: "default",
        name: "order",
        version: 1,
        digest: "d1",
        text: "one and more",
        registeredAt: EPOCH,
        latest: true,
      },
    });
    const two = await store.registerDefinition({ ...order, digest: "d2", text: "two" });
    expect(two).toMatchObject({ created: true, stored: { version: 2, latest: true } });
    expect(await store.getDefinition("default", "order", 1)).toMatchObject({ text: "one and more", latest: false });
    const again = await store.registerDefinition({ ...order, digest: "d1", text: "one and more", at: EPOCH + 1 });
    expect(again).toMatchObject({ created: false, stored: { version: 1, registeredAt: EPOCH, latest: true } });
    expect(await store.getDefinition("default", "order", undefined)).toMatchObject({ version: 1 });
    expect(await store.getDefinition("default", "order", 2)).toMatchObject({ version: 2, latest: false });
  });

  test("what was not registered is not there", async () => {
    const store = await harness.replica();
    await store.registerDefinition({ ...order, digest: "d1", text: "one" });
    expect(await store.getDefinition("default", "order", 2)).toBeUndefined();
    expect(await store.getDefinition("default", "none", undefined)).toBeUndefined();
    expect(await store.getDefinition("other", "order", undefined)).toBeUndefined();
    expect(await store.listVersions("default", "none", 10, 10)).toEqual([]);
  });

  test("names are listed in order and versions newest first, page by page", async () => {
    const store = await harness.replica();
    for (const name of ["c", "a", "b"]) {
      for (let i = 1; i <= 3; i++) await store.registerDefinition({ ...order, name, digest: `d${i}`, text: `${i}` });
    }
    const names = async (after: string, size: number) =>
      (await store.listDefinitions("default", after, size)).map(({ name, version }) => `${name}${version}`);
    expect(await names("", 2)).toEqual(["a3", "b3"]);
    expect(await names("b", 2)).toEqual(["c3"]);
    const versions = async (below: number, size: number) =>
      (await store.listVersions("default", "a", below, size)).map(({ version }) => version);
    expect(await versions(Number.MAX_SAFE_INTEGER, 2)).toEqual([3, 2]);
    expect(await versions(2, 2)).toEqual([1]);
    expect(await versions(1, 2)).toEqual([]);
  });

  test("of many registrations of one content at once, one creates it", async () => {
    const stores = [await harness.replica(), await harness.replica()];
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => stores[i % 2]!.registerDefinition({ ...order, digest: "d", text: "t" })),
    );
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ stored }) => stored.version))).toEqual(new Set([1]));
  });
}
