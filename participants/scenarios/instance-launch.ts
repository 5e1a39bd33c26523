import { refusalOf } from "./refusal.ts";
import type { Scenario, ScenarioKit, Workflow } from "./scenario.ts";

function launch(instanceId: string, changes: Record<string, unknown> = {}) {
  return {
    instance_id: instanceId,
    owner: "ada@example.com",
    name: "engine.example.com",
    type: "medium",
    image: "debian-13",
    zone: "zone-a",
    network: "net_default",
    security_groups: ["ssh", "https"],
    volumes: [
      { name: "root", gib: 20 },
      { name: "data", gib: 500 },
      { name: "logs", gib: 50 },
    ],
    ...changes,
  };
}

/** Starts a launch and plays the host's agent up to the moment in which the instance comes up. */
async function untilBooting(kit: ScenarioKit): Promise<{ sagaId: string; token: string }> {
  const sagaId = await kit.start("instance-launch", launch(kit.id));
  await kit.until(sagaId, { boot: "WAITING" });
  return { sagaId, token: await kit.token(sagaId, "boot") };
}

const setAside = {
  "cloud.allocate_capacity": [1, 0],
  "cloud.attach_interface": [1, 0],
  "cloud.create_volume": [3, 0],
  "cloud.apply_security_groups": [1, 0],
  "cloud.assign_address": [1, 0],
  "cloud.boot_instance": [1, 0],
} as const;

/** All of it done and undone, once. */
const released = {
  "cloud.allocate_capacity": [1, 1],
  "cloud.attach_interface": [1, 1],
  "cloud.create_volume": [3, 3],
  "cloud.apply_security_groups": [1, 1],
  "cloud.assign_address": [1, 1],
  "cloud.boot_instance": [1, 1],
} as const;

const goesThrough: Scenario = {
  name: "goes-through",
  title: "An instance is launched",
  story: "Interface, three volumes and rules in parallel; then it boots for 45 seconds, with heartbeats.",
  expect: {
    status: "COMPLETED",
    effects: {
      "cloud.validate_request": [1, 0],
      ...setAside,
      "cloud.check_health": [1, 0],
      "cloud.register_name": [1, 0],
      "cloud.notify_owner": [1, 0],
    },
  },
  async run(kit) {
    const { sagaId, token } = await untilBooting(kit);
    for (let beat = 0; beat < 3; beat++) {
      await kit.advance("15s");
      const { cancelled } = await kit.heartbeat(token);
      kit.check("the instance is still wanted", !cancelled);
    }
    await kit.complete(token, { kind: "done", output: { booted_in_seconds: 45 } });
    const { output } = (await kit.until(sagaId, "COMPLETED")) as { output?: { volumes?: unknown[] } };
    kit.check("the saga gives the ids of three volumes", output?.volumes?.length === 3);
  },
};

const badRequest: Scenario = {
  name: "bad-request",
  title: "The request asks for a type that does not exist",
  story: "It is refused before anything is set aside.",
  expect: { status: "COMPENSATED", failure: "UNKNOWN_TYPE", effects: {} },
  async run(kit) {
    await kit.start("instance-launch", launch(kit.id, { type: "gigantic" }));
  },
};

const noCapacity: Scenario = {
  name: "no-capacity",
  title: "The zone is full",
  story: "The second step is refused; there is nothing to release.",
  expect: {
    status: "COMPENSATED",
    failure: "INSUFFICIENT_CAPACITY",
    effects: { "cloud.validate_request": [1, 0] },
  },
  async run(kit) {
    await kit.start("instance-launch", launch(kit.id, { type: "large", zone: "zone-b" }));
  },
};

const badVolume: Scenario = {
  name: "bad-volume",
  title: "One of three volumes cannot be made",
  story: "What runs beside it is let finish; then the volumes that exist, interface, rules and capacity are released.",
  expect: {
    status: "COMPENSATED",
    failure: "BAD_SIZE",
    steps: { storage: "UNDONE", ip_address: "PENDING" },
    effects: {
      "cloud.validate_request": [1, 0],
      "cloud.allocate_capacity": [1, 1],
      "cloud.attach_interface": [1, 1],
      "cloud.create_volume": [2, 2],
      "cloud.apply_security_groups": [1, 1],
    },
  },
  async run(kit) {
    const volumes = [
      { name: "root", gib: 20 },
      { name: "data", gib: 500 },
      { name: "huge", gib: 99_999 },
    ];
    await kit.start("instance-launch", launch(kit.id, { volumes }));
  },
};

const bootFails: Scenario = {
  name: "boot-fails",
  title: "The instance does not boot",
  story:
    "The agent says that booting failed, and nobody knows what is left of it: terminate it, then release everything in reverse.",
  expect: {
    status: "COMPENSATED",
    failure: "UNKNOWN",
    effects: { "cloud.validate_request": [1, 0], ...released },
  },
  async run(kit) {
    const { sagaId, token } = await untilBooting(kit);
    await kit.advance("15s");
    await kit.complete(token, { kind: "failed", message: "kernel panic" });
    await kit.until(sagaId, "COMPENSATED");
    const events = await kit.history(sagaId);
    const undone = events
      .filter(({ kind, item }) => kind === "stepUndone" && item === undefined)
      .map(({ step }) => step);
    const inReverse = undone[0] === "boot" && undone[1] === "ip_address" && undone.at(-1) === "allocate_capacity";
    kit.check(`everything is released in reverse, not as ${undone.join(", ")}`, inReverse);
  },
};

const agentSilent: Scenario = {
  name: "agent-is-silent",
  title: "The host dies while the instance boots",
  story: "No heartbeat for 20 seconds: the attempt has failed with unknown effect, and everything is released.",
  expect: {
    status: "COMPENSATED",
    failure: "HEARTBEAT_TIMEOUT",
    effects: { "cloud.validate_request": [1, 0], ...released },
  },
  async run(kit) {
    const { token } = await untilBooting(kit);
    await kit.advance("15s");
    await kit.heartbeat(token);
    await kit.advance("25s");
  },
};

const unhealthy: Scenario = {
  name: "unhealthy",
  title: "The instance boots but never becomes healthy",
  story: "Four checks in twenty seconds, then it is terminated and everything is released.",
  expect: {
    status: "COMPENSATED",
    failure: "UNKNOWN",
    effects: { "cloud.validate_request": [1, 0], ...released },
  },
  async run(kit) {
    const sagaId = await kit.start("instance-launch", launch(kit.id), { faults: { check_health: { fail: 99 } } });
    await kit.complete(await kit.token(sagaId, "boot"), { kind: "done" });
    await kit.until(sagaId, { health_checks: "WAITING" });
    await kit.advance("30s");
  },
};

const noName: Scenario = {
  name: "dns-fails",
  title: "The name cannot be registered",
  story: "Best effort: the instance runs, and the failure can be seen.",
  expect: {
    status: "COMPLETED",
    steps: { dns: "FAILED", notify: "DONE" },
    effects: {
      "cloud.validate_request": [1, 0],
      ...setAside,
      "cloud.check_health": [1, 0],
      "cloud.notify_owner": [1, 0],
    },
  },
  async run(kit) {
    const sagaId = await kit.start("instance-launch", launch(kit.id), { faults: { register_name: { fail: 99 } } });
    await kit.complete(await kit.token(sagaId, "boot"), { kind: "done" });
  },
};

const cancelled: Scenario = {
  name: "cancelled-while-booting",
  title: "The owner changes her mind while the instance boots",
  story:
    "Its Undo goes at once. The agent's heartbeat learns that nobody wants the instance, and its completion is refused.",
  expect: {
    status: "COMPENSATED",
    failure: "CANCELLED",
    effects: { "cloud.validate_request": [1, 0], ...released },
  },
  async run(kit) {
    const { sagaId, token } = await untilBooting(kit);
    await kit.cancel(sagaId, "too expensive");
    await kit.until(sagaId, "COMPENSATED");
    kit.check("the heartbeat says that it is cancelled", (await kit.heartbeat(token)).cancelled);
    const refusal = await refusalOf(kit.complete(token, { kind: "done" }));
    kit.check(`the completion is refused, not with ${refusal}`, refusal === "COMPLETION_REFUSED");
  },
};

export const workflow: Workflow = {
  name: "instance-launch",
  services: ["cloud"],
  scenarios: [goesThrough, badRequest, noCapacity, badVolume, bootFails, agentSilent, unhealthy, noName, cancelled],
  example: { input: () => launch("i-0001") },
};
