import { lockClass } from "./database.ts";
import type { Engine } from "./engine.ts";

/**
 * Frees the calls of servers that are gone: a server is alive while it holds the advisory lock of its number, which
 * ends with its connection, so there are no leases to wait for and long calls need no renewal. Never its own: the
 * connection that holds its lock may be cut while it goes on.
 *
 * @returns how many calls were freed
 */
export async function takeOver(engine: Engine): Promise<number> {
  const freed = await engine.db.query(
    `update queue set worker = null where worker is not null and worker not in (
       select objid::bigint::int from pg_locks
       where locktype = 'advisory' and classid = $1 and objsubid = 2 and granted
         and database = (select oid from pg_database where datname = current_database())
     ) and worker <> $2 returning id`,
    [lockClass, engine.workerId],
  );
  if (freed.length > 0) engine.log("calls_taken_over", { calls: freed.length });
  return freed.length;
}

/**
 * Every running run owns at least one queue row: its call, or the timer of what it waits for. One that does not would
 * never go on, so it is logged and asked again. Finds nothing unless there is a fault in this server.
 *
 * @returns how many there were
 */
export async function repairStuckRuns(engine: Engine): Promise<number> {
  const stuck = await engine.db.query<{ run_id: string }>(
    `insert into queue (key, kind, run_id, fn_id, ord, ckeys)
     select id || ':d', 'call', id, fn_id, ord, ckeys from run
     where status = 'Running' and not exists (select 1 from queue where run_id = run.id and kind <> 'timeout')
     on conflict (key) do nothing returning run_id`,
  );
  for (const { run_id } of stuck) engine.log("stuck_run_repaired", { run_id });
  return stuck.length;
}

const pageSize = 1_000;

/**
 * Drops what is older than the retention: ended runs with their steps, events, gates. Ends the 24 h of idempotency.
 *
 * @param keysEndedAt what the last call returned, so that older runs are not looked through again
 */
export async function dropOld(engine: Engine, retentionDays: number, keysEndedAt = new Date(0)): Promise<Date> {
  const { db } = engine;
  const now = new Date();
  await untilEmpty(() =>
    db.query(
      `update run set idem = null where id in (
         select id from run where idem is not null and created_at < now() - interval '24 hours'
           and created_at > $2::timestamptz - interval '25 hours' limit $1
       ) returning id`,
      [pageSize, keysEndedAt],
    ),
  );
  await untilEmpty(() =>
    db.query(
      `with old as (
         delete from run where id in (
           select id from run where status <> 'Running' and ended_at < now() - $1::int * interval '1 day'
             and created_at < now() - $1::int * interval '1 day' limit $2
         ) returning id
       ), old_steps as (delete from step where run_id in (select id from old))
       select id from old`,
      [retentionDays, pageSize],
    ),
  );
  await untilEmpty(() =>
    db.query(
      `delete from event where id in (
         select id from event where done and at < now() - $1::int * interval '1 day' limit $2
       ) returning id`,
      [retentionDays, pageSize],
    ),
  );
  await db.query("delete from refusal where at < now() - $1::int * interval '1 day'", [retentionDays]);
  await db.query("delete from gate where tat < now() - interval '1 hour'");
  return now;
}

async function untilEmpty(dropPage: () => Promise<unknown[]>): Promise<void> {
  while ((await dropPage()).length === pageSize);
}
