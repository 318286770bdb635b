import "server-only";
import type { PoolClient } from "pg";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { leaveQueue } from "#lib/delivery/queue.ts";
import { stopEnrollments } from "#lib/subscribers/enrollments.ts";

interface Goal {
  workspace_id: string;
  site_id: string | null;
  subscriber_id: string;
  name: string;
  at: Date;
}

const goalReason = "goal";

/**
 * Ends what an event is the goal of, for its subject: the walks through campaigns that name it, what of them waits in the
 * ledger, and runs that the subject's earlier events planned and that have not begun.
 */
export async function stopByGoal(client: PoolClient, goal: Goal): Promise<void> {
  const { rows: campaigns } = await client.query<{ id: string }>(
    `SELECT id FROM campaign WHERE workspace_id = $1 AND status IN ('running', 'paused') AND trigger ->> 'stopEvent' IS NOT NULL
        AND trigger ->> 'stopEvent' = $2 AND NOT is_deleted AND ($3::uuid IS NULL OR site_id = $3) ORDER BY id`,
    [goal.workspace_id, goal.name, goal.site_id],
  );
  if (campaigns.length === 0) return;
  const campaignIds = campaigns.map(({ id }) => id);
  await stopEnrollments(async (text, values) => (await client.query<{ id: string }>(text, values)).rows, {
    workspaceId: goal.workspace_id,
    subscriberId: goal.subscriber_id,
    reason: goalReason,
    campaignIds,
    at: goal.at,
  });
  await skipWaiting(client, goal, campaignIds);
  await client.query(
    `UPDATE run r SET status = 'cancelled', status_reason = '${goalReason}', finished_at = now(), updated_at = now() FROM firing f
      WHERE f.workspace_id = $1 AND f.campaign_id = ANY ($2::uuid[]) AND f.subscriber_id = $3
        AND r.workspace_id = $1 AND r.id = f.run_id AND r.status = 'due'`,
    [goal.workspace_id, campaignIds, goal.subscriber_id],
  );
}

/** Messages that wait – for quiet hours to end, for a retry – are told to nobody any more. */
async function skipWaiting(client: PoolClient, goal: Goal, campaignIds: string[]): Promise<void> {
  const { rows } = await client.query<{
    id: string;
    site_id: string | null;
    campaign_id: string;
    run_id: string;
    step_index: number;
    variant: number;
  }>(
    `UPDATE message m SET status = 'skipped', reason = '${goalReason}'
       FROM (SELECT id FROM message WHERE workspace_id = $1 AND subscriber_id = $2 AND campaign_id = ANY ($3::uuid[])
                AND status = 'queued' AND enrollment_id IS NOT NULL AND NOT is_test AND created_at >= $4 ORDER BY id FOR UPDATE) AS held
      WHERE m.id = held.id RETURNING m.id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant`,
    // Older ones are long settled; this keeps the look short for people with a long history.
    [goal.workspace_id, goal.subscriber_id, campaignIds, new Date(goal.at.getTime() - 3 * 86_400_000)],
  );
  await leaveQueue(
    client,
    goal.workspace_id,
    rows.map(({ id }) => id),
  );
  const moves = new CounterMoves();
  for (const row of rows) {
    const place = {
      workspaceId: goal.workspace_id,
      siteId: row.site_id,
      campaignId: row.campaign_id,
      runId: row.run_id,
      stepIndex: row.step_index,
      variant: row.variant,
    };
    moves.add(place, "queued", -1);
    moves.add(place, "skipped", 1);
  }
  await moves.write(client);
}
