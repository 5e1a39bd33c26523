import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folders of one run. */
export interface DataFolder {
  logs: string;
  redis: string;
  /** The shop's databases. */
  shop: string;
  /** Lets the next run have it. */
  release(): void;
}

/**
 * Empties the subfolder "local" of `data` and takes it for this process.
 * Throws an Error if another process that lives has it.
 */
export function takeDataFolder(data: string): DataFolder {
  mkdirSync(data, { recursive: true });
  const owner = join(data, "local.pid");
  const release = () => rmSync(owner, { force: true });
  const holder = livingHolder(owner);
  if (holder !== undefined) {
    throw new Error(`Process ${holder} works in ${data} already. End it, or name another folder with --data.`);
  }
  release();
  writeFileSync(owner, String(process.pid), { flag: "wx" });
  const local = join(data, "local");
  rmSync(local, { recursive: true, force: true });
  const folders = { logs: join(local, "logs"), redis: join(local, "redis"), shop: join(local, "shop") };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return { ...folders, release };
}

function livingHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // Signal 0 only asks whether the process is there.
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
