import { messagesSchema } from "../messages.ts";
import type { ShopService } from "../service.ts";
import { bootInstance, checkHealth } from "./instances.ts";
import { applySecurityGroups, assignAddress, attachInterface, notifyOwner, registerName } from "./network.ts";
import { allocateCapacity, createVolume, validateRequest } from "./resources.ts";

/** A small cloud: hosts with capacity, networks, volumes, addresses, names, and instances that boot slowly. */
export const cloudService: ShopService = {
  name: "cloud",
  schema: `
    CREATE TABLE IF NOT EXISTS zones (name TEXT PRIMARY KEY, free_cores INTEGER NOT NULL CHECK (free_cores >= 0));
    INSERT INTO zones (name, free_cores) VALUES ('zone-a', 64), ('zone-b', 2) ON CONFLICT (name) DO NOTHING;
    CREATE TABLE IF NOT EXISTS resources (
      id          TEXT PRIMARY KEY,
      kind        TEXT NOT NULL, -- capacity, interface, volume, rules, address or name
      instance_id TEXT NOT NULL,
      about       TEXT NOT NULL,
      status      TEXT NOT NULL -- HELD or RELEASED
    );
    CREATE TABLE IF NOT EXISTS instances (
      id     TEXT PRIMARY KEY,
      host   TEXT NOT NULL,
      status TEXT NOT NULL -- BOOTING or TERMINATED
    );${messagesSchema}`,
  actions: {
    validate_request: validateRequest,
    allocate_capacity: allocateCapacity,
    attach_interface: attachInterface,
    create_volume: createVolume,
    apply_security_groups: applySecurityGroups,
    assign_address: assignAddress,
    boot_instance: bootInstance,
    check_health: checkHealth,
    register_name: registerName,
    notify_owner: notifyOwner,
  },
};
