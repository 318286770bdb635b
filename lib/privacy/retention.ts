import "server-only";
import { query } from "#lib/db.ts";
import { dequeue } from "#lib/delivery/queue.ts";
import { WorkspaceSettings } from "#lib/workspaces/schema.ts";

/**
 * Drops what is older than a workspace keeps: messages and events with what hangs on them, by pages in statements of their own, so that nobody waits.
 * Counters stay, so every figure stays; `campaign.ledger_since` says from when the messages behind them are there.
 */
const pageSize = 5_000;
/** How much of a sweep it may take; the rest is for the next one. */
const maxMs = 4_000;
/** Nothing of this is urgent. */
const everyMs = 10 * 60_000;

const importFileDays = 7;
const idempotencyHours = 24;

let restsUntil = 0;

/** For the sweep: one turn of bounded length, at most every ten minutes once nothing is left to drop. */
export async function keepRetention(): Promise<void> {
  if (Date.now() < restsUntil) return;
  const isDone = await dropOld(Date.now() + maxMs);
  if (isDone) restsUntil = Date.now() + everyMs;
}

/**
 * Two processes at once do no harm: each deletes what is still there.
 *
 * @returns false when time was up before everything old was gone
 */
export async function dropOld(deadline: number): Promise<boolean> {
  const workspaces = await query<{ id: string; settings: unknown }>("SELECT id, settings FROM workspace");
  const works = workspaces.flatMap(({ id, settings }) => {
    const { messageRetentionDays, eventRetentionDays } = WorkspaceSettings.parse(settings);
    return [
      () => dropMessages(id, daysAgo(messageRetentionDays)),
      () => dropLooseMessages(id, daysAgo(messageRetentionDays)),
      () => dropEvents(id, daysAgo(eventRetentionDays)),
      () => dropFirings(id, daysAgo(eventRetentionDays)),
      () => dropEnrollments(id, daysAgo(Math.max(messageRetentionDays, eventRetentionDays))),
      () => dropVersions(id, daysAgo(messageRetentionDays)),
    ];
  });
  for (const work of [...works, dropImportFiles, dropImportRests, dropAnswers])
    while ((await work()) === pageSize) if (Date.now() > deadline) return false;
  return true;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

/** The least id that a row made at an instant can have: ids are UUIDs of version 7 (RFC 9562), which begin with their time. */
export function firstIdAt(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

async function dropMessages(workspaceId: string, before: Date): Promise<number> {
  const [row] = await query<{ count: number }>(
    `WITH old AS (
       SELECT m.id, c.id AS campaign_id FROM campaign c CROSS JOIN LATERAL (
         SELECT id FROM message WHERE campaign_id = c.id AND id < $2 AND status NOT IN ('queued', 'sending') ORDER BY id LIMIT ${pageSize}) AS m
        WHERE c.workspace_id = $1 AND c.created_at < $3 LIMIT ${pageSize}),
     gone AS (DELETE FROM message USING old WHERE message.workspace_id = $1 AND message.id = old.id RETURNING 1),
     marked AS (UPDATE campaign SET ledger_since = $3 WHERE workspace_id = $1 AND id IN (SELECT campaign_id FROM old))
     SELECT count(*)::int AS count FROM gone`,
    [workspaceId, firstIdAt(before), before],
  );
  return row?.count ?? 0;
}

/** Tests and single messages, which belong to no campaign. */
async function dropLooseMessages(workspaceId: string, before: Date): Promise<number> {
  const rows = await query(
    `WITH gone AS (
       DELETE FROM message WHERE workspace_id = $1 AND id IN (
         SELECT id FROM message WHERE campaign_id IS NULL AND id < $2 AND workspace_id = $1 ORDER BY id LIMIT ${pageSize}) RETURNING id),
     dequeued AS (${dequeue("gone")})
     SELECT 1 FROM gone`,
    [workspaceId, firstIdAt(before)],
  );
  return rows.length;
}

async function dropEvents(workspaceId: string, before: Date): Promise<number> {
  const rows = await query(
    `DELETE FROM event WHERE workspace_id = $1 AND id IN (
       SELECT id FROM event WHERE workspace_id = $1 AND id < $2 ORDER BY id LIMIT ${pageSize}) RETURNING 1 AS gone`,
    [workspaceId, firstIdAt(before)],
  );
  return rows.length;
}

/** What events did to triggered campaigns goes with the events. */
async function dropFirings(workspaceId: string, before: Date): Promise<number> {
  const rows = await query(
    `DELETE FROM firing WHERE workspace_id = $1 AND id IN (
       SELECT f.id FROM campaign c CROSS JOIN LATERAL (
         SELECT id FROM firing WHERE campaign_id = c.id AND id < $2 ORDER BY id LIMIT ${pageSize}) AS f
        WHERE c.workspace_id = $1 AND c.type = 'triggered' LIMIT ${pageSize}) RETURNING 1 AS gone`,
    [workspaceId, firstIdAt(before)],
  );
  return rows.length;
}

/**
 * Walks of triggered campaigns that are over, once their messages and the firings that began them are gone. Those of a
 * welcome stay as long as the person does: they are the memory that everybody gets it once.
 */
async function dropEnrollments(workspaceId: string, before: Date): Promise<number> {
  const rows = await query(
    `DELETE FROM enrollment WHERE workspace_id = $1 AND id IN (
       SELECT e.id FROM campaign c CROSS JOIN LATERAL (
         SELECT id FROM enrollment
          WHERE campaign_id = c.id AND event_id IS NOT NULL AND finished_at < $2
            AND NOT EXISTS (SELECT 1 FROM message m WHERE m.enrollment_id = enrollment.id)
          ORDER BY finished_at LIMIT ${pageSize}) AS e
        WHERE c.workspace_id = $1 AND c.type = 'triggered' LIMIT ${pageSize}) RETURNING 1 AS gone`,
    [workspaceId, before],
  );
  return rows.length;
}

/**
 * Earlier steps of drips, once nobody has walked them for as long as messages are kept: until then a message's content
 * and its links are read from there.
 */
async function dropVersions(workspaceId: string, before: Date): Promise<number> {
  const isLeft = `v.workspace_id = $1 AND c.workspace_id = $1 AND c.id = v.campaign_id AND v.version < c.steps_version
    AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.campaign_id = v.campaign_id AND e.version = v.version AND e.status = 'active')`;
  await query(`UPDATE steps_version v SET left_at = now() FROM campaign c WHERE ${isLeft} AND v.left_at IS NULL`, [
    workspaceId,
  ]);
  const rows = await query(
    `DELETE FROM steps_version WHERE (campaign_id, version) IN (
       SELECT v.campaign_id, v.version FROM steps_version v, campaign c
        WHERE ${isLeft} AND v.left_at < $2
          AND NOT EXISTS (SELECT 1 FROM message m WHERE m.campaign_id = v.campaign_id AND m.id < $3)
        LIMIT ${pageSize}) RETURNING 1 AS gone`,
    [workspaceId, before, firstIdAt(before)],
  );
  return rows.length;
}

/** Files of imports that are over, or that nobody began. */
async function dropImportFiles(): Promise<number> {
  await query(
    `UPDATE import SET status = 'cancelled', finished_at = now(), updated_at = now()
      WHERE status IN ('ready', 'checked') AND updated_at < now() - interval '${importFileDays} days'`,
  );
  const rows = await query(
    `DELETE FROM import_chunk WHERE (import_id, index) IN (
       SELECT c.import_id, c.index FROM import i JOIN import_chunk c ON c.import_id = i.id
        WHERE (i.status IN ('completed', 'failed') AND i.finished_at < now() - interval '${importFileDays} days') OR i.status = 'cancelled'
        LIMIT ${pageSize}) RETURNING 1 AS gone`,
  );
  return rows.length;
}

/** Uploads that broke off with their process. */
async function dropImportRests(): Promise<number> {
  const rows = await query(
    "DELETE FROM import WHERE status = 'receiving' AND created_at < now() - interval '2 hours' RETURNING 1 AS gone",
  );
  return rows.length;
}

/** Kept answers of the API that are no longer replayed. */
async function dropAnswers(): Promise<number> {
  const rows = await query(
    `DELETE FROM idempotency_key WHERE id IN (
       SELECT id FROM idempotency_key WHERE created_at < now() - make_interval(hours => $1) LIMIT ${pageSize}) RETURNING 1 AS gone`,
    [idempotencyHours],
  );
  return rows.length;
}
