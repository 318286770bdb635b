import "server-only";
import { replanAfterTzChange } from "#lib/campaigns/tz-change.ts";
import { query, transaction } from "#lib/db.ts";
import { advanceDrips } from "#lib/drips/advance.ts";

import { fireEvents } from "#lib/drips/fire.ts";
import { type Nudge, nudgeAll, soonMs } from "#lib/events.ts";

import { tellDueFeeds } from "#lib/feeds/poll.ts";
import { nudgeForgottenImports } from "#lib/imports/nudge.ts";
import { log } from "#lib/log.ts";
import { finishErasures } from "#lib/privacy/erase.ts";
import { keepRetention } from "#lib/privacy/retention.ts";
import { countSegmentsOfToday } from "#lib/segments/daily.ts";
import { freeDeadClaims } from "./claim.ts";
import { deadWriter } from "./ledger.ts";
import { hasUnsettled } from "./queue.ts";
import { finishRun } from "./run-end.ts";
import { isStopping } from "./worker.ts";

/**
 * The safety net: finds work that the queue forgot and tells it again. Runs in the worker process itself, because a
 * sweep inside the queue would die with what it repairs; one holder at a time by advisory lock.
 */
const everyMs = 15_000;
/** Dead workers' claims are looked for more often: they are free within 5 s. */
const freeEveryMs = 2_000;
/** Events and due steps: how late an alarm or a welcome may be. */
const advanceEveryMs = 1_000;
const sweepLock = 7_022;
/** A due run that nobody has begun, and a running one that nobody looks after, are told again after this long. */
const forgottenSeconds = 10;
const forgottenAtOnce = 1_000;
const maxLooks = 20;

/** What else has its time: each finds its own due rows and tells the queue, or does a bounded piece of work. */
const chores: readonly (() => Promise<unknown>)[] = [
  () => replanAfterTzChange(),
  tellDueFeeds,
  nudgeForgottenImports,
  () => fireEvents(),
  () => advanceDrips(),
  countSegmentsOfToday,
  finishErasures,
  keepRetention,
];

const holder = globalThis as typeof globalThis & { pushpilotSweep?: NodeJS.Timeout[] };

/** Starts the sweep of this process; a second call changes nothing. */
export function startSweep(): void {
  holder.pushpilotSweep ??= [
    repeat(sweep, everyMs),
    repeat(freeDeadClaims, freeEveryMs),
    repeat(fireEvents, advanceEveryMs),
    repeat(advanceDrips, advanceEveryMs),
  ];
  void guarded(sweep);
}

export function stopSweep(): void {
  for (const timer of holder.pushpilotSweep ?? []) clearInterval(timer);
  delete holder.pushpilotSweep;
}

function repeat(work: () => Promise<unknown>, intervalMs: number): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(() => {
    if (isBusy || isStopping()) return;
    isBusy = true;
    void guarded(work).finally(() => {
      isBusy = false;
    });
  }, intervalMs);
}

async function guarded(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ err: error }, "a sweep could not finish; the next one will");
  }
}

/**
 * One sweep: runs that are due soon, due ones nobody began, running runs nobody delivers, direct messages nobody delivers.
 *
 * @returns how many were told again
 */
export async function sweep(): Promise<number> {
  let told = 0;
  // After an outage far more is due than fits one look.
  for (let look = 0; look < maxLooks; look++) {
    const forgotten = await tellForgotten();
    told += forgotten.length;
    if (forgotten.filter(({ kind }) => kind === "due").length < forgottenAtOnce) break;
  }
  if (told > 0) log.info({ count: told }, "told the queue again of work that it forgot");
  await finishSettled();
  for (const chore of chores) await guarded(chore);
  return told;
}

/** A run with messages that could go out, that nobody was told of or looks after. */
const undelivered = `coalesce(r.nudged_at, 'epoch') < now() - interval '${forgottenSeconds} seconds'
  AND coalesce(r.delivering_at, 'epoch') < now() - interval '${forgottenSeconds} seconds'
  AND EXISTS (SELECT 1 FROM message_queue q WHERE q.workspace_id = r.workspace_id AND q.run_id = r.id AND q.next_at <= now())
  AND NOT EXISTS (SELECT 1 FROM campaign_pace p WHERE p.campaign_id = r.campaign_id AND p.next_slot_at > now() - interval '${forgottenSeconds} seconds')`;

async function tellForgotten(): Promise<Nudge[]> {
  const forgotten = await transaction(async (client) => {
    const { rows } = await client.query<{ mine: boolean }>(`SELECT pg_try_advisory_xact_lock(${sweepLock}) AS mine`);
    if (!rows[0]?.mine) return [];
    const found = await client.query<{ kind: "due" | "deliver"; workspace_id: string; id: string }>(
      `SELECT 'due' AS kind, workspace_id, id FROM run
        WHERE status = 'due' AND EXISTS (SELECT 1 FROM campaign c WHERE c.workspace_id = run.workspace_id AND c.id = run.campaign_id
                                            AND c.status IN ('scheduled', 'running'))
          AND due_at <= now() + interval '${soonMs / 2} milliseconds'
          AND (nudged_at IS NULL OR nudged_at < least(due_at, now()) - interval '${soonMs} milliseconds'
               OR due_at < now() - interval '${forgottenSeconds} seconds' AND nudged_at < now() - interval '${forgottenSeconds} seconds')
       UNION ALL
       SELECT 'due', workspace_id, id FROM run
        WHERE status = 'running' AND NOT ledger_complete AND ${deadWriter}
          AND coalesce(nudged_at, 'epoch') < now() - interval '${forgottenSeconds} seconds'
       UNION ALL
       SELECT 'deliver', r.workspace_id, r.id FROM run r WHERE r.status = 'running' AND ${undelivered}
       UNION ALL
       SELECT 'deliver', r.workspace_id, r.id FROM run r
        WHERE r.status = 'cancelled' AND r.finished_at > now() - interval '1 day' AND ${undelivered}
       UNION ALL
       SELECT DISTINCT 'deliver', workspace_id, run_id FROM message_queue
        WHERE is_direct AND next_at < now() - interval '${forgottenSeconds} seconds'
       LIMIT ${forgottenAtOnce}`,
    );
    return found.rows;
  });
  const told = forgotten.map(({ kind, workspace_id: workspaceId, id: runId }) => ({ kind, workspaceId, runId }));
  await nudgeAll(told);
  return told;
}

/** Runs whose last message was settled while nobody was there to close them. */
async function finishSettled(): Promise<void> {
  const rows = await query<{ workspace_id: string; id: string }>(
    `SELECT r.workspace_id, r.id FROM run r WHERE r.status = 'running' AND r.ledger_complete
        AND coalesce(r.delivering_at, 'epoch') < now() - interval '${forgottenSeconds} seconds'
        AND NOT ${hasUnsettled("r.workspace_id", "r.id")}
      LIMIT 1000`,
  );
  for (const row of rows) await finishRun(row.workspace_id, row.id);
}
