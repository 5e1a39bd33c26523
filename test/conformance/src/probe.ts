import { unknownAction } from "./actions.ts";
import { checkHealth } from "./health.ts";
import { connect, type Target } from "./link.ts";
import { openServe } from "./serve-link.ts";

/** Whether the participant takes calls; one without a health service counts, too. */
export async function isServing(target: Target, withinMs: number): Promise<boolean> {
  return (await isReachable(target, withinMs)) && (await checkHealth(target, "", withinMs)) !== "NOT_SERVING";
}

/** Whether somebody speaks HTTP/2 there within this time. */
export async function isReachable(target: Target, withinMs: number): Promise<boolean> {
  const client = connect(target);
  try {
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + withinMs, (error) => (error === undefined ? resolve() : reject(error))),
    );
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

/** Whether the participant offers the Serve stream: it answers a command there, be it with an error. */
export async function offersServe(target: Target, withinMs: number): Promise<boolean> {
  const link = openServe(target, () => {});
  const { answer } = link.send({
    direction: "do",
    hasDirection: true,
    context: { action: unknownAction, effectId: "probe", idempotencyKey: "probe/do", attempt: 1 },
    input: {},
    doInput: undefined,
    doOutput: undefined,
    callDeadlineMs: undefined,
    fields: {},
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  try {
    await Promise.race([answer, late]);
    return (await Promise.race([link.ended, ""])) !== "UNIMPLEMENTED";
  } finally {
    clearTimeout(timer);
    link.close();
  }
}
