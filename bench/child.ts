import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * A process of the benchmark that answers requests over IPC, one at a time. It ends when its parent does.
 * The parent's side; `serveParent` is the child's.
 */
export interface Child<Request, Response> {
  readonly pid: number;
  ask(request: Request | CpuRequest): Promise<Response>;
  /** CPU time used so far, in microseconds. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

type CpuRequest = { readonly kind: "cpu" };

export async function startChild<Request, Response>(
  file: string,
  args: readonly string[],
): Promise<Child<Request, Response>> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let settle: { resolve: (value: never) => void; reject: (reason: Error) => void } | undefined;
  const next = <T>() => new Promise<T>((resolve, reject) => (settle = { resolve: resolve as never, reject }));
  child.on("message", (message: { ok?: unknown; error?: string }) => {
    if (message.error !== undefined) settle?.reject(new Error(message.error));
    else settle?.resolve(message.ok as never);
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  exited.then(() => settle?.reject(new Error(`${file} ended`)));
  await next<void>();
  const ask = <T>(request: unknown) => {
    const answer = next<T>();
    child.send(request as object);
    return answer;
  };
  return {
    pid: child.pid!,
    ask: (request) => ask<Response>(request),
    cpuUs: () => ask<number>({ kind: "cpu" }),
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** The child's side: says that it is ready, then answers what the parent asks. */
export function serveParent<Request>(answer: (request: Request) => Promise<unknown>): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", (request: Request | CpuRequest) => {
    const reply = isCpu(request) ? Promise.resolve(cpuUs()) : answer(request);
    reply.then(
      (ok) => process.send!({ ok: ok ?? null }),
      (thrown) => process.send!({ error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }),
    );
  });
  process.send!({ ok: null });
}

function isCpu(request: unknown): request is CpuRequest {
  return (request as CpuRequest).kind === "cpu";
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
