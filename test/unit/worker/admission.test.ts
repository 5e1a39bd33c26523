import { expect, test } from "vitest";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import type { StoreStats } from "../../../orchestrator/src/store/store.ts";
import { type AdmissionLimits, createAdmission } from "../../../orchestrator/src/worker/admission.ts";

const none: StoreStats["byStatus"] = {
  RUNNING: 0,
  COMPENSATING: 0,
  SUSPENDED: 0,
  COMPLETED: 0,
  COMPENSATED: 0,
  ABANDONED: 0,
};

function admissionOf(limits: Partial<AdmissionLimits>) {
  const admission = createAdmission({ activeSagas: undefined, backlog: undefined, ...limits }, 1_000);
  const count = (byStatus: Partial<StoreStats["byStatus"]>, backlog = 0) =>
    admission.counted({ byStatus: { ...none, ...byStatus }, backlog, oldestPendingMs: 0, timers: 0 });
  const verdict = () => {
    try {
      admission.check();
      return "admitted";
    } catch (thrown) {
      const { code, retryAfterMs } = thrown as BackstitchError;
      expect(thrown).toBeInstanceOf(BackstitchError);
      return `${code}, again after ${retryAfterMs} ms`;
    }
  };
  return { ...admission, count, verdict };
}

test("without limits everything is admitted", () => {
  const { count, verdict } = admissionOf({});
  count({ RUNNING: 1e6 }, 1e6);
  expect(verdict()).toBe("admitted");
});

test("sagas that are not final count as active, and above the limit starts are told when to come again", () => {
  const { count, verdict } = admissionOf({ activeSagas: 10 });
  count({ RUNNING: 4, COMPENSATING: 3, SUSPENDED: 2, COMPLETED: 100, COMPENSATED: 100, ABANDONED: 100 });
  expect(verdict()).toBe("admitted");
  count({ RUNNING: 4, COMPENSATING: 3, SUSPENDED: 3 });
  expect(verdict()).toBe("OVERLOADED, again after 1000 ms");
});

test("what this process starts and ends between two counts is known at once", () => {
  const { count, verdict, moved } = admissionOf({ activeSagas: 10 });
  count({ RUNNING: 9 });
  moved(1);
  expect(verdict()).toMatch(/^OVERLOADED/);
  moved(-1);
  expect(verdict()).toBe("admitted");
  moved(1);
  count({ RUNNING: 9 });
  expect(verdict()).toBe("admitted");
});

test("a backlog that no replica gets through refuses starts until it is gone", () => {
  const { count, verdict } = admissionOf({ backlog: 50 });
  count({}, 50);
  expect(verdict()).toMatch(/^OVERLOADED/);
  count({}, 49);
  expect(verdict()).toBe("admitted");
});
