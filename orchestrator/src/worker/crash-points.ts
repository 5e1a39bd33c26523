/**
 * Places where a test can have the process die as if by SIGKILL, to prove that every boundary may be the last.
 * Switched on by the environment variable BACKSTITCH_CRASH_AT: `<point>:<n>` dies at the n-th time the point is
 * passed; `<point>@<saga id>` dies whenever that saga passes it. Without the variable the points cost one comparison.
 */
export type CrashPoint =
  | "before-start"
  | "after-start"
  | "before-commit"
  | "after-commit"
  | "before-send"
  | "after-answer";

type Trap = { readonly point: string; readonly sagaId: string | undefined; countdown: number };

const trap = parseTrap(process.env.BACKSTITCH_CRASH_AT);

export function crashPoint(point: CrashPoint, sagaId: string): void {
  if (trap === undefined || trap.point !== point) return;
  if (trap.sagaId !== undefined ? trap.sagaId === sagaId : --trap.countdown === 0) process.kill(process.pid, "SIGKILL");
}

function parseTrap(text: string | undefined): Trap | undefined {
  if (!text) return undefined;
  const [point = "", sagaId] = text.split("@");
  if (sagaId !== undefined) return { point, sagaId, countdown: 0 };
  const [name = "", count = "1"] = point.split(":");
  return { point: name, sagaId: undefined, countdown: Number(count) };
}
