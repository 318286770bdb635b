/**
 * The one place that knows what time it is, so that tests can move it. Code that waits or compares with stored instants
 * asks here; SQL that must agree with other processes uses the database's own clock.
 */
let offsetMs = 0;

export function now(): Date {
  return new Date(Date.now() + offsetMs);
}

/** How far this process's clock was moved, for SQL that must agree with it. */
export function clockOffsetMs(): number {
  return offsetMs;
}

/** Tests only: moves this process's clock. */
export function moveClock(byMs: number): void {
  offsetMs = byMs;
}
