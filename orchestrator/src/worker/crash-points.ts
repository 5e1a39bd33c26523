/**
 * Places where a test can have the process die as if by SIGKILL, to prove that every boundary may be the last.
 * Switched on by the environment variable BACKSTITCH_CRASH_AT: `<point>:<n>` dies at the n-th time the point is
 * passed, `<point>:<n>@<saga id>` at the n-th time that this saga passes it; n is 1 where it is left out. Without the
 * variable the points cost one comparison.
 */
export type CrashPoint =
  | "before-start"
  | "after-start"
  | "before-commit"
  | "after-commit"
  | "before-send"
  | "after-answer"
  /** It has its lock, or its place in the line, and is not recorded. */
  | "after-lock"
  /** It is final; its lock is not given back, its parent not told. */
  | "after-finish"
  /** Before and after a parent starts a child or has it compensated; the saga is the parent. */
  | "before-child"
  | "after-child";

type Trap = { readonly point: string; readonly sagaId: string | undefined; countdown: number };

const trap = parseTrap(process.env.BACKSTITCH_CRASH_AT);

export function crashPoint(point: CrashPoint, sagaId: string): void {
  if (trap === undefined || trap.point !== point || (trap.sagaId ?? sagaId) !== sagaId) return;
  if (--trap.countdown === 0) process.kill(process.pid, "SIGKILL");
}

function parseTrap(text: string | undefined): Trap | undefined {
  if (!text) return undefined;
  const [place = "", sagaId] = text.split("@");
  const [point = "", count = "1"] = place.split(":");
  return { point, sagaId, countdown: Number(count) };
}
