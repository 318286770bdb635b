import { createHash } from "node:crypto";
import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { compile, keyOf, matches } from "./expr.ts";
import { limitsOf } from "./function-config.ts";
import type { Fn } from "./registry.ts";
import { cancelRun } from "./runs.ts";
import { parseDuration, ulid } from "./time.ts";

/** What starts a run. `idem` admits one run of the function per value within 24 h. */
export type Start = {
  idem: string;
  eventId: string;
  events: string[];
  parent?: { run: string; step: string };
};

/**
 * Lets an event start a function, by way of its batch, idempotency key, rate limit and debounce.
 *
 * @param event its id and its text as functions see it
 */
export async function trigger(
  engine: Engine,
  tx: Tx,
  fn: Fn,
  event: { id: string; body: EventBody; text: string },
): Promise<void> {
  const { batchEvents, idempotency, rateLimit, debounce } = fn.config;
  const scope = { event: event.body };
  if (batchEvents && matches(batchEvents.if, scope)) return addToBatch(engine, tx, fn, event);
  if (idempotency && !(await admit(tx, `idempotency:${fn.id}:${keyOf(idempotency, scope)}`, 86_400_000, 0))) return;
  if (rateLimit) {
    const intervalMs = milliseconds(rateLimit.period) / rateLimit.limit;
    const key = `rate:${fn.id}:${keyOf(rateLimit.key, scope)}`;
    if (!(await admit(tx, key, intervalMs, Math.floor(rateLimit.limit / 10)))) return;
  }
  if (debounce) return debounceEvent(tx, fn, event);
  await startRun(engine, tx, fn, { idem: event.body.id, eventId: event.id, events: [event.text] });
}

/**
 * Creates a run and its first call.
 *
 * @returns its id; nothing when the idempotency key was used or a singleton is running
 */
export async function startRun(engine: Engine, tx: Tx, fn: Fn, start: Start): Promise<string | undefined> {
  const scope = { event: JSON.parse(start.events[0] ?? "{}") as EventBody };
  const { singleton, throttle, timeouts } = fn.config;
  const single = singleton ? shortKey(keyOf(singleton.key, scope)) : null;
  if (single !== null && singleton?.mode === "cancel") await cancelSingle(engine, tx, fn, single);
  const now = Date.now();
  const throttled = throttle ? await reserve(tx, fn, throttle, scope) : null;
  const id = ulid(now);
  const created = await tx.query(
    `with started as (
       insert into run (id, fn_id, idem, event_id, events, parent_run, parent_step, single, ckeys, ord)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id
     )
     insert into queue (key, kind, run_id, fn_id, ord, ckeys, run_at)
     select $1 || ':d', 'call', id, $2, $10, $9, coalesce($11, now()) from started returning id`,
    [
      id,
      fn.id,
      shortKey(start.idem),
      start.eventId,
      start.events,
      start.parent?.run ?? null,
      start.parent?.step ?? null,
      single,
      ckeysOf(fn, scope),
      now - priorityOf(fn, scope) * 1000,
      throttled,
    ],
  );
  if (created.length === 0) return undefined;
  tx.wake.add("calls");
  if (throttled) tx.wake.add("timers");
  await setTimeouts(tx, id, fn, timeouts);
  return id;
}

async function cancelSingle(engine: Engine, tx: Tx, fn: Fn, single: string): Promise<void> {
  const running = await tx.query<{ id: string }>(
    "select id from run where fn_id = $1 and single = $2 and status = 'Running'",
    [fn.id, single],
  );
  for (const { id } of running) await cancelRun(engine, tx, id);
}

async function setTimeouts(tx: Tx, runId: string, fn: Fn, timeouts: Fn["config"]["timeouts"]): Promise<void> {
  for (const which of ["start", "finish"] as const) {
    const period = timeouts?.[which];
    if (period === undefined) continue;
    await tx.query(
      `insert into queue (key, kind, run_id, fn_id, step, data, run_at)
       values ($1, 'timeout', $2, $3, $4, array[$5], now() + $5::float8 * interval '1 ms')`,
      [`${runId}:${which}`, runId, fn.id, which, String(milliseconds(period))],
    );
    tx.wake.add("timers");
  }
}

function ckeysOf(fn: Fn, scope: { event: EventBody }): string[] {
  return limitsOf(fn.config).map(({ limit, key, scope: reach = "fn" }, index) => {
    const value = shortKey(keyOf(key, scope));
    return reach === "fn" ? `${fn.id}#${index}|${limit}|${value}` : `${reach}|${limit}|${key}|${value}`;
  });
}

/** Seconds by which a run goes ahead of (positive) or behind its time of creation. */
function priorityOf(fn: Fn, scope: { event: EventBody }): number {
  const { run } = fn.config.priority ?? {};
  if (!run) return 0;
  try {
    return Math.max(-600, Math.min(600, Number(compile(run)(scope)) || 0));
  } catch {
    return 0;
  }
}

async function debounceEvent(tx: Tx, fn: Fn, event: { id: string; body: EventBody; text: string }): Promise<void> {
  const { debounce } = fn.config;
  const key = shortKey(keyOf(debounce?.key, { event: event.body }));
  const timeoutMs = debounce?.timeout === undefined ? null : milliseconds(debounce.timeout);
  await tx.query(
    `insert into queue (key, kind, fn_id, data, run_at, t0)
     values ($1, 'debounce', $2, $3, clock_timestamp() + $4::float8 * interval '1 ms', clock_timestamp())
     on conflict (key) do update
       set data = excluded.data, run_at = least(excluded.run_at, queue.t0 + $5::float8 * interval '1 ms')`,
    [`debounce:${fn.id}:${key}`, fn.id, [event.id, event.text], milliseconds(debounce?.period ?? ""), timeoutMs],
  );
  tx.wake.add("timers");
}

async function addToBatch(
  engine: Engine,
  tx: Tx,
  fn: Fn,
  event: { id: string; body: EventBody; text: string },
): Promise<void> {
  const { batchEvents } = fn.config;
  const key = `batch:${fn.id}:${shortKey(keyOf(batchEvents?.key, { event: event.body }))}`;
  const [row] = await tx.query<{ data: string[] }>(
    `insert into queue (key, kind, fn_id, data, run_at)
     values ($1, 'batch', $2, $3, clock_timestamp() + $4::float8 * interval '1 ms')
     on conflict (key) do update set data = queue.data || excluded.data[2] returning data`,
    [key, fn.id, [event.id, event.text], milliseconds(batchEvents?.timeout ?? "")],
  );
  tx.wake.add("timers");
  const [eventId = event.id, ...events] = row?.data ?? [];
  if (events.length < (batchEvents?.maxSize ?? 1)) return;
  await tx.query("delete from queue where key = $1", [key]);
  await startRun(engine, tx, fn, { idem: `batch:${eventId}`, eventId, events });
}

/** GCRA: one per interval, and `burst` more at once. @returns false when there are too many */
async function admit(tx: Tx, key: string, intervalMs: number, burst: number): Promise<boolean> {
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
async function reserve(
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

function milliseconds(period: string): number {
  return parseDuration(period) ?? 0;
}

/** Keys are indexed, and an index entry holds 2,700 bytes: a longer key is replaced by its hash. */
function shortKey(key: string): string {
  return key.length <= 300 ? key : createHash("sha256").update(key).digest("hex");
}
