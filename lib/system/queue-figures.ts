import "server-only";
import { query } from "#lib/db.ts";
import { isLocalInngest } from "./inngest-server.ts";
import type { QueueFigures } from "./schema.ts";

/**
 * What waits, runs and went wrong in the local Inngest server, from its tables: the same whichever process asks.
 *
 * @returns nothing when another server does the work, or ours has not made its tables yet
 */
export async function queueFigures(): Promise<QueueFigures | undefined> {
  if (!isLocalInngest() || !(await isReady())) return undefined;
  const [row] = await query<Record<string, string>>(figures);
  const n = (name: string) => Number(row?.[name] ?? 0);
  const runs = { running: n("running"), failed: n("failed"), cancelled: n("cancelled") };
  const completed = n("all_runs") - runs.running - runs.failed - runs.cancelled;
  return {
    servers: n("servers"),
    depth: n("depth"),
    lagSeconds: Math.round(n("lag_seconds") * 10) / 10,
    inFlight: n("in_flight"),
    later: n("later"),
    eventsWaiting: n("events_waiting"),
    eventsSetAside: n("events_set_aside"),
    registrationsRefused: n("refusals"),
    runs: { ...runs, completed: Math.max(0, completed) },
  };
}

async function isReady(): Promise<boolean> {
  // The last table that was added: it and all before it are there.
  const [row] = await query<{ there: boolean }>("SELECT to_regclass('inngest_local.refusal') IS NOT NULL AS there");
  return row?.there === true;
}

/** A server lives while it holds the advisory lock of its number under this class. */
const lockClass = 1850299754;

const figures = `
  SELECT (SELECT count(*) FROM pg_locks
           WHERE locktype = 'advisory' AND classid = ${lockClass} AND objid > 10 AND objsubid = 2 AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS servers,
         q.depth, q.in_flight, q.later, e.events_waiting,
         greatest(q.lag_seconds, e.lag_seconds) AS lag_seconds,
         (SELECT count(*) FROM inngest_local.event WHERE done AND error IS NOT NULL) AS events_set_aside,
         (SELECT count(*) FROM inngest_local.refusal) AS refusals,
         (SELECT count(*) FROM inngest_local.run) AS all_runs,
         (SELECT count(*) FROM inngest_local.run WHERE status = 'Running') AS running,
         (SELECT count(*) FROM inngest_local.run WHERE status = 'Failed') AS failed,
         (SELECT count(*) FROM inngest_local.run WHERE status = 'Cancelled') AS cancelled
    FROM (SELECT count(*) FILTER (WHERE worker IS NULL AND kind = 'call' AND run_at <= now()) AS depth,
                 count(*) FILTER (WHERE worker IS NOT NULL) AS in_flight,
                 count(*) FILTER (WHERE worker IS NULL AND (kind <> 'call' OR run_at > now())) AS later,
                 coalesce(extract(epoch FROM now() - min(run_at)
                   FILTER (WHERE worker IS NULL AND kind = 'call' AND run_at <= now())), 0) AS lag_seconds
            FROM inngest_local.queue) q,
         (SELECT count(*) AS events_waiting, coalesce(extract(epoch FROM now() - min(at)), 0) AS lag_seconds
            FROM inngest_local.event WHERE NOT done) e`;
