import "server-only";
import type { PoolClient } from "pg";
import { beginningOf } from "#lib/campaigns/recurring.ts";
import { type CampaignStatus, type CampaignType, Trigger } from "#lib/campaigns/schema.ts";
import { clockOffsetMs } from "#lib/clock.ts";
import { transaction } from "#lib/db.ts";
import { nudge } from "#lib/events.ts";
import { newId } from "#lib/ids.ts";

/** A queue's clock may run this much ahead of the database's. */
const earlyMs = 50;

interface Due {
  workspaceId: string;
  runId: string;
  campaignId: string;
  type: CampaignType;
  trigger: unknown;
  dueAt: Date;
  now: Date;
}

/**
 * Begins a due run: run and campaign become `running`, and a recurring campaign's next run is made, all in one
 * transaction. Safe to repeat, also by two at once.
 *
 * @returns false when there is nothing to begin: its time or state changed, it is over, or the missed-run rule moved it on
 */
export async function startRun(workspaceId: string, runId: string): Promise<boolean> {
  const { isStarted, waiting } = await transaction(async (client) => {
    const due = await lockDue(client, workspaceId, runId);
    if (due === "running") return { isStarted: true };
    if (!due) return { isStarted: false };
    if (due.type === "recurring") return beginRecurring(client, due);
    await client.query(
      "UPDATE run SET status = 'running', started_at = coalesce(started_at, $3), updated_at = now() WHERE workspace_id = $1 AND id = $2",
      [workspaceId, runId, due.now],
    );
    await client.query(
      `UPDATE campaign SET status = 'running', started_at = coalesce(started_at, $3), next_run_at = NULL, updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status = 'scheduled'`,
      [workspaceId, due.campaignId, due.now],
    );
    return { isStarted: true };
  });
  if (waiting) nudge({ kind: "due", workspaceId, ...waiting });
  return isStarted;
}

/** The campaign is locked before its run, as everybody does who moves both. */
async function lockDue(client: PoolClient, workspaceId: string, runId: string): Promise<Due | "running" | undefined> {
  const { rows: campaigns } = await client.query<{
    id: string;
    type: CampaignType;
    status: CampaignStatus;
    trigger: unknown;
  }>(
    `SELECT c.id, c.type, c.status, c.trigger FROM campaign c JOIN run r ON r.workspace_id = c.workspace_id AND r.campaign_id = c.id
      WHERE r.workspace_id = $1 AND r.id = $2 FOR UPDATE OF c`,
    [workspaceId, runId],
  );
  const [campaign] = campaigns;
  const { rows: runs } = await client.query<{ status: string; due_at: Date; now: Date }>(
    "SELECT status, due_at, now() + make_interval(secs => $3) AS now FROM run WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
    [workspaceId, runId, clockOffsetMs() / 1000],
  );
  const [run] = runs;
  if (!campaign || !run) return undefined;
  if (run.status === "running") return "running";
  if (run.status !== "due" || run.due_at.getTime() > run.now.getTime() + earlyMs) return undefined;
  if (campaign.status !== "scheduled" && campaign.status !== "running") return undefined;
  const { id: campaignId, type, trigger } = campaign;
  return { workspaceId, runId, campaignId, type, trigger, dueAt: run.due_at, now: run.now };
}

/** Begins the run, or what the missed-run rule makes of it, and makes the next. */
async function beginRecurring(
  client: PoolClient,
  due: Due,
): Promise<{ isStarted: boolean; waiting?: { runId: string; dueAt: Date } }> {
  const { workspaceId, runId, campaignId, now, dueAt } = due;
  const trigger = Trigger.parse(due.trigger);
  if (trigger.type !== "recurring") return { isStarted: false };
  const { rows: others } = await client.query<{ due_at: Date }>(
    "SELECT due_at FROM run WHERE workspace_id = $1 AND campaign_id = $2 AND due_at > $3",
    [workspaceId, campaignId, dueAt],
  );
  const taken = new Set(others.map((other) => other.due_at.getTime()));
  const { runAt, missed, missedCount, nextAt } = beginningOf(trigger, dueAt, now, taken);
  // Without a run now the row itself becomes the next one.
  const movedTo = runAt ?? nextAt;
  if (movedTo)
    await client.query(
      `UPDATE run SET due_at = $3, status = $4, started_at = $5, updated_at = now() WHERE workspace_id = $1 AND id = $2`,
      [workspaceId, runId, movedTo, runAt ? "running" : "due", runAt ? now : null],
    );
  else
    await client.query(
      "UPDATE run SET status = 'missed', status_reason = 'missed', finished_at = $3 WHERE workspace_id = $1 AND id = $2",
      [workspaceId, runId, now],
    );
  const rows = missed.filter((at) => movedTo !== null || at.getTime() !== dueAt.getTime());
  if (rows.length > 0)
    await client.query(
      `INSERT INTO run (id, workspace_id, campaign_id, due_at, status, status_reason, finished_at, updated_at)
       SELECT id, $1, $2, due_at, 'missed', $5, $6, now() FROM unnest($3::uuid[], $4::timestamptz[]) AS missed (id, due_at)
       ON CONFLICT (campaign_id, due_at) DO NOTHING`,
      [
        workspaceId,
        campaignId,
        rows.map(() => newId()),
        rows,
        missedCount > missed.length ? `missed with ${missedCount} others` : "missed",
        now,
      ],
    );
  let waiting = runAt ? undefined : runId;
  if (runAt && nextAt) {
    waiting = newId();
    await client.query(
      "INSERT INTO run (id, workspace_id, campaign_id, due_at, status, updated_at) VALUES ($1, $2, $3, $4, 'due', now())",
      [waiting, workspaceId, campaignId, nextAt],
    );
  }
  await client.query(
    `UPDATE campaign SET status = 'running', started_at = coalesce(started_at, $3), next_run_at = $4, updated_at = now()
      WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, campaignId, now, nextAt],
  );
  if (!movedTo) await completeWhenOver(client, workspaceId, campaignId);
  const isStarted = runAt !== null;
  return nextAt && waiting ? { isStarted, waiting: { runId: waiting, dueAt: nextAt } } : { isStarted };
}

/** A recurring campaign without a run that waits or is under way is over. Call it holding the campaign's row. */
export async function completeWhenOver(client: PoolClient, workspaceId: string, campaignId: string): Promise<void> {
  await client.query(
    `UPDATE campaign SET status = 'completed', finished_at = now(), next_run_at = NULL, updated_at = now()
      WHERE workspace_id = $1 AND id = $2 AND type = 'recurring' AND status = 'running'
        AND NOT EXISTS (SELECT 1 FROM run WHERE workspace_id = $1 AND campaign_id = $2 AND status IN ('due', 'running', 'paused'))`,
    [workspaceId, campaignId],
  );
}
