import { isDeepStrictEqual } from "node:util";
import type { Scenario, Workflow } from "./scenario.ts";

/** A rider in the centre who wants to go to the airport. */
function tripRequest(changes: Record<string, unknown> = {}) {
  return { rider_id: "rider_ada", pickup: "centre", destination: "airport", ...changes };
}

const read = { "mobility.find_drivers": [1, 0], "mobility.quote_fare": [1, 0] } as const;
const allDone = {
  ...read,
  "mobility.create_request": [1, 0],
  "mobility.assign_driver": [1, 0],
  "mobility.create_trip": [1, 0],
} as const;

const scenarios: readonly Scenario[] = [
  {
    name: "happy",
    title: "A request becomes a trip",
    story: "Candidates are found, the fare is worked out, a driver is assigned, the trip is made.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("trip-creation", tripRequest());
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the fare is 3.00 and 18 km at 1.50", output?.fare === 3000);
      const driver = String(output?.driver_id);
      const rows = await kit.read("mobility", (sql) => sql.all`SELECT status FROM drivers WHERE id = ${driver}`);
      kit.check("the driver is busy", isDeepStrictEqual({ ...rows[0]! }, { status: "BUSY" }));
    },
  },
  {
    name: "no-candidates",
    title: "Nobody is free near the rider",
    story: "At the harbour no driver waits, so the request is cancelled; no fare is asked for.",
    expect: {
      status: "COMPENSATED",
      failure: "NO_DRIVERS",
      steps: { create_request: "UNDONE", find_candidates: "REJECTED", assign_driver: "PENDING" },
      effects: { "mobility.create_request": [1, 1] },
    },
    async run(kit) {
      await kit.start("trip-creation", tripRequest({ pickup: "harbour" }));
    },
  },
  {
    name: "pricing-fails",
    title: "Pricing does not answer",
    story: "After three attempts the fare is given up, and the request cancelled.",
    expect: {
      status: "COMPENSATED",
      failure: "UNKNOWN",
      steps: { create_request: "UNDONE", calculate_fare: "FAILED", assign_driver: "PENDING" },
      effects: { "mobility.create_request": [1, 1], "mobility.find_drivers": [1, 0] },
    },
    async run(kit) {
      await kit.start("trip-creation", tripRequest(), { faults: { quote_fare: { fail: 99 } } });
    },
  },
  {
    name: "assignment-lost",
    title: "The driver is assigned, and the answer is lost",
    story:
      "Nobody knows whether the driver was assigned, so the driver is set free all the same; the request is cancelled.",
    expect: {
      status: "COMPENSATED",
      failure: "DEADLINE_EXCEEDED",
      steps: { create_request: "UNDONE", assign_driver: "UNDONE", create_trip: "PENDING" },
      effects: { ...read, "mobility.create_request": [1, 1], "mobility.assign_driver": [1, 1] },
    },
    async run(kit) {
      const busy = () =>
        kit.read("mobility", (sql) => sql.all`SELECT id FROM drivers WHERE status = 'BUSY' ORDER BY id`);
      const before = await busy();
      const id = await kit.start("trip-creation", tripRequest(), { faults: { assign_driver: { hang: 99 } } });
      await kit.until(id, "COMPENSATED");
      kit.check("no driver is left busy", isDeepStrictEqual(await busy(), before));
    },
  },
  {
    name: "record-fails",
    title: "The trip cannot be recorded",
    story: "The driver is set free first, then the request is cancelled: the reverse of how they came about.",
    expect: {
      status: "COMPENSATED",
      failure: "UNKNOWN",
      steps: { create_request: "UNDONE", assign_driver: "UNDONE", create_trip: "UNDONE" },
      effects: { ...read, "mobility.create_request": [1, 1], "mobility.assign_driver": [1, 1] },
    },
    async run(kit) {
      const id = await kit.start("trip-creation", tripRequest(), { faults: { create_trip: { fail: 99 } } });
      await kit.until(id, "COMPENSATED");
      const undone = await kit.stepsThat(id, "stepUndone");
      kit.check(
        "the Undos go in reverse",
        isDeepStrictEqual(undone, ["create_trip", "assign_driver", "create_request"]),
      );
    },
  },
  {
    name: "again",
    title: "The same request comes twice",
    story: "The same id and input give the same trip; nothing happens a second time.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("trip-creation", tripRequest());
      const first = await kit.until(id, "COMPLETED");
      const second = await kit.client.start("trip-creation", tripRequest(), { sagaId: id, wait: "10s" });
      kit.check("nothing is started", !second.started);
      kit.check("the result is the same", isDeepStrictEqual(second.saga.output, first.output));
    },
  },
];

export const workflow: Workflow = {
  name: "trip-creation",
  services: ["mobility"],
  scenarios,
  example: { input: () => tripRequest() },
};
