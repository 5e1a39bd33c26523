import { afterAll, afterEach, describe } from "vitest";
import { commitCases } from "./commit.cases.ts";
import { definitionCases } from "./definition.cases.ts";
import { developmentCases } from "./development.cases.ts";
import { feedCases } from "./feed.cases.ts";
import type { StoreHarness } from "./harness.ts";
import { inboxCases } from "./inbox.cases.ts";
import { leaseCases } from "./lease.cases.ts";
import { listCases } from "./list.cases.ts";
import { lockCases } from "./lock.cases.ts";
import { payloadCases } from "./payload.cases.ts";
import { reopenCases } from "./reopen.cases.ts";
import { replicaCases } from "./replica.cases.ts";
import { rollbackCases } from "./rollback.cases.ts";
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
    describe("payloads", () => payloadCases(harness));
    describe("locks", () => lockCases(harness));
    describe("final sagas", () => reopenCases(harness));
    describe("feed", () => feedCases(harness));
    describe("development mode and secret", () => developmentCases(harness));
    const { snapshot } = harness;
    describe.skipIf(snapshot === undefined)("losses of the store", () => rollbackCases(harness, snapshot!));
    describe("replicas", () => replicaCases(harness));
  });
}
