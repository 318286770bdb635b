import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { keyOf, matches } from "./expr.ts";
import { admit, milliseconds, shortKey } from "./gates.ts";
import type { Fn } from "./registry.ts";
import { type Starts, startRun } from "./start.ts";

/**
 * Lets an event start a function, by way of its batch, idempotency key, rate limit and debounce.
 *
 * @param event its id and its text as functions see it
 */
export async function trigger(
  engine: Engine,
  tx: Tx,
  starts: Starts,
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
  await starts.add(fn, { idem: event.body.id, eventId: event.id, events: [event.text] });
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
  await startRun(engine, tx, fn, { idem: `batch:${eventId}`, eventId, events, atOnce: true });
}
