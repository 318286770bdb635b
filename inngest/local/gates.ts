import { createHash } from "node:crypto";
import type { Tx } from "./database.ts";
import type { EventBody } from "./engine.ts";
import { keyOf } from "./expr.ts";
import type { Fn } from "./registry.ts";
import { parseDuration } from "./time.ts";

/** GCRA: one per interval, and `burst` more at once. @returns false when there are too many */
export async function admit(tx: Tx, key: string, intervalMs: number, burst: number): Promise<boolean> {
  const rows = await tx.query(
    `insert into gate as g (key, tat) values ($1, clock_timestamp() + $2::float8 * interval '1 ms')
     on conflict (key) do update set tat = greatest(g.tat, clock_timestamp()) + $2::float8 * interval '1 ms'
       where g.tat - $3::float8 * $2::float8 * interval '1 ms' <= clock_timestamp()
     returning 1`,
    [shortKey(key), intervalMs, burst],
  );
  return rows.length > 0;
}

/** GCRA that delays instead of refusing. @returns when the run may start */
export async function reserve(
  tx: Tx,
  fn: Fn,
  throttle: NonNullable<Fn["config"]["throttle"]>,
  scope: { event: EventBody },
): Promise<Date> {
  const [row] = await tx.query<{ at: Date }>(
    `insert into gate as g (key, tat) values ($1, clock_timestamp() + $2::float8 * interval '1 ms')
     on conflict (key) do update set tat = greatest(g.tat, clock_timestamp()) + $2::float8 * interval '1 ms'
     returning greatest(clock_timestamp(), tat - ($3::float8 + 1) * $2::float8 * interval '1 ms') as at`,
    [
      shortKey(`throttle:${fn.id}:${keyOf(throttle.key, scope)}`),
      milliseconds(throttle.period) / throttle.limit,
      throttle.burst ?? 0,
    ],
  );
  return row?.at ?? new Date();
}

export function milliseconds(period: string): number {
  return parseDuration(period) ?? 0;
}

/** Keys are indexed, and an index entry holds 2,700 bytes: a longer key is replaced by its hash. */
export function shortKey(key: string): string {
  return key.length <= 300 ? key : createHash("sha256").update(key).digest("hex");
}
