import { afterAll, afterEach, describe } from "vitest";
import { commitCases } from "./commit.cases.ts";
import { definitionCases } from "./definition.cases.ts";
import type { StoreHarness } from "./harness.ts";
import { inboxCases } from "./inbox.cases.ts";
import { leaseCases } from "./lease.cases.ts";
import { listCases } from "./list.cases.ts";
import { replicaCases } from "./replica.cases.ts";
import { startCases } from "./start.cases.ts";
import { timerCases } from "./timer.cases.ts";

/** The contract of a store: every implementation passes all of it. */
export function storeContract(name: string, harness: StoreHarness): void {
  describe(`store contract: ${name}`, () => {
    afterEach(() => harness.reset());
    afterAll(() => harness.stop());
    describe("start", () => startCases(harness));
    describe("commit and watch", () => commitCases(harness));
    describe("leases", () => leaseCases(harness));
    describe("inbox", () => inboxCases(harness));
    describe("timers", () => timerCases(harness));
    describe("lists and retention", () => listCases(harness));
    describe("definitions", () => definitionCases(harness));
    describe("replicas", () => replicaCases(harness));
  });
}
