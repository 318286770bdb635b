import "server-only";
import type { PoolClient } from "pg";
import { query, transaction } from "#lib/db.ts";
import { CounterMoves } from "./counters.ts";
import { dequeue, hasUnsettled, inHand } from "./queue.ts";
import { completeWhenOver } from "./start-run.ts";

/** What a slice of work leads to: more at once, nothing before `at`, or the end. */
export type Slice = { next: "now" } | { next: "at"; at: Date } | { next: "end" };

/** How long to wait for a ledger that is still being written, or for others' claims. */
const glanceMs = 1_000;

/** What is left of a run after a slice: more now, a wait, or its end, which this also writes. */
export async function whatNext(workspaceId: string, runId: string): Promise<Slice> {
  const [state] = await query<{
    status: string | null;
    next_at: Date | null;
    claimable: boolean;
    held: boolean;
    ledger_complete: boolean | null;
  }>(
    `SELECT r.status, r.ledger_complete, q.next_at, coalesce(q.next_at <= now(), false) AS claimable,
            q.next_at IS NULL AND ${inHand("$1", "$2")} AS held
       FROM (SELECT 1) AS one
       LEFT JOIN run r ON r.workspace_id = $1 AND r.id = $2
       LEFT JOIN campaign_pace p ON p.workspace_id = $1 AND p.campaign_id = r.campaign_id
       LEFT JOIN LATERAL (
         SELECT greatest(q.next_at, p.next_slot_at) AS next_at FROM message_queue q JOIN message m ON m.id = q.message_id
           LEFT JOIN subscription s ON s.workspace_id = m.workspace_id AND s.id = m.subscription_id
          WHERE q.workspace_id = $1 AND q.run_id = $2 AND m.status = 'queued'
            AND NOT EXISTS (SELECT 1 FROM push_breaker b WHERE b.workspace_id = $1 AND b.vapid_key_id = s.vapid_key_id AND b.origin = s.origin
                               AND b.open_until IS NULL)
          ORDER BY q.next_at LIMIT 1) AS q ON true`,
    [workspaceId, runId],
  );
  if (!state) return { next: "end" };
  if (state.status === "cancelled") return cancelQueued(workspaceId, runId);
  if (state.status !== null && state.status !== "running") return { next: "end" };
  if (state.claimable) return { next: "now" };
  if (state.next_at) return { next: "at", at: state.next_at };
  if (state.held || state.ledger_complete === false) return { next: "at", at: new Date(Date.now() + glanceMs) };
  if (state.status === null) return { next: "end" };
  if (await finishRun(workspaceId, runId)) return { next: "end" };
  await pauseBehindBreakers(workspaceId, runId);
  return { next: "end" };
}

/** Ends a run whose ledger is complete and settled, and its campaign with it when that was the last one. */
export async function finishRun(workspaceId: string, runId: string): Promise<boolean> {
  return transaction(async (client) => {
    // Of two last runs that end at once the second must see the first.
    await lockCampaign(client, workspaceId, runId, "AND (c.type = 'recurring' OR r.is_only)");
    // Whoever adds messages to a drip's run holds this row: the look below is after theirs, not before.
    await client.query("SELECT 1 FROM run WHERE workspace_id = $1 AND id = $2 FOR UPDATE", [workspaceId, runId]);
    const { rows } = await client.query<{ campaign_id: string; is_only: boolean }>(
      `UPDATE run r SET status = 'completed', finished_at = now(), updated_at = now()
        WHERE r.workspace_id = $1 AND r.id = $2 AND r.status = 'running' AND r.ledger_complete
          AND NOT ${hasUnsettled("$1", "$2")}
        RETURNING campaign_id, is_only`,
      [workspaceId, runId],
    );
    const [run] = rows;
    if (!run) return false;
    if (run.is_only)
      await client.query(
        `UPDATE campaign SET status = 'completed', finished_at = now(), updated_at = now()
          WHERE workspace_id = $1 AND id = $2 AND status = 'running'`,
        [workspaceId, run.campaign_id],
      );
    else await completeWhenOver(client, workspaceId, run.campaign_id);
    return true;
  });
}

/** Locks a run's campaign: before the run, as everybody does who moves both, or two would wait for each other. */
async function lockCampaign(client: PoolClient, workspaceId: string, runId: string, condition = ""): Promise<void> {
  await client.query(
    `SELECT 1 FROM campaign c JOIN run r ON r.workspace_id = c.workspace_id AND r.campaign_id = c.id
      WHERE r.workspace_id = $1 AND r.id = $2 ${condition} FOR UPDATE OF c`,
    [workspaceId, runId],
  );
}

/** All that is left is behind open breakers: the campaign waits for a person, with the reason in sight. */
async function pauseBehindBreakers(workspaceId: string, runId: string): Promise<void> {
  await transaction(async (client) => {
    await lockCampaign(client, workspaceId, runId);
    const { rows } = await client.query<{ campaign_id: string; reason: string; site_id: string }>(
      `SELECT r.campaign_id, b.reason, k.site_id FROM run r, message_queue q, message m, subscription s, push_breaker b, vapid_key k
        WHERE r.workspace_id = $1 AND r.id = $2 AND r.status = 'running' AND q.workspace_id = $1 AND q.run_id = $2 AND m.id = q.message_id AND m.status = 'queued'
          AND s.workspace_id = $1 AND s.id = m.subscription_id AND b.workspace_id = $1 AND b.vapid_key_id = s.vapid_key_id AND b.origin = s.origin
          AND b.open_until IS NULL AND k.workspace_id = $1 AND k.id = b.vapid_key_id LIMIT 1`,
      [workspaceId, runId],
    );
    const [held] = rows;
    if (!held) return;
    // The next run of a recurring campaign waits with it.
    await client.query(
      `UPDATE run SET status = 'paused', status_reason = CASE WHEN id = $2 THEN $3 ELSE status_reason END
        WHERE workspace_id = $1 AND (id = $2 OR campaign_id = $4 AND status = 'due')`,
      [workspaceId, runId, held.reason, held.campaign_id],
    );
    await client.query(
      "UPDATE campaign SET status = 'paused', status_reason = $3 WHERE workspace_id = $1 AND id = $2 AND status = 'running'",
      [workspaceId, held.campaign_id, held.reason],
    );
    await client.query("UPDATE site SET paused_reason = $3 WHERE workspace_id = $1 AND id = $2", [
      workspaceId,
      held.site_id,
      held.reason,
    ]);
  });
}

/** Settles what a cancelled run still has in its queue, a page at a time. */
export async function cancelQueued(workspaceId: string, runId: string, reason = "cancelled"): Promise<Slice> {
  const moved = await transaction(async (client) => {
    const { rows } = await client.query<{
      site_id: string | null;
      campaign_id: string;
      step_index: number;
      variant: number;
      count: number;
    }>(
      `WITH page AS (
         SELECT m.id FROM message_queue q JOIN message m ON m.id = q.message_id
          WHERE q.workspace_id = $1 AND q.run_id = $2 AND m.status = 'queued' AND NOT m.is_test LIMIT 10000 FOR UPDATE OF m SKIP LOCKED),
       taken AS (${dequeue("page")} RETURNING page.id),
       moved AS (
         UPDATE message m SET status = 'cancelled', reason = $3 FROM taken WHERE m.id = taken.id
         RETURNING m.site_id, m.campaign_id, m.step_index, m.variant)
       SELECT site_id, campaign_id, step_index, variant, count(*)::int AS count FROM moved GROUP BY site_id, campaign_id, step_index, variant`,
      [workspaceId, runId, reason],
    );
    const moves = new CounterMoves();
    for (const row of rows) {
      const place = {
        workspaceId,
        siteId: row.site_id,
        campaignId: row.campaign_id,
        runId,
        stepIndex: row.step_index,
        variant: row.variant,
      };
      moves.add(place, "queued", -row.count);
      moves.add(place, "cancelled", row.count);
    }
    await moves.write(client);
    return rows.reduce((sum, row) => sum + row.count, 0);
  });
  if (moved > 0) return { next: "now" };
  const [held] = await query<{ held: boolean }>(`SELECT ${inHand("$1", "$2")} AS held`, [workspaceId, runId]);
  return held?.held ? { next: "at", at: new Date(Date.now() + glanceMs) } : { next: "end" };
}
