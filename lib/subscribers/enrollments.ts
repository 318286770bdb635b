import "server-only";
import type { PoolClient } from "pg";

/**
 * Who walks through which welcome or triggered campaign: entering and leaving. Moving on is lib/drips/advance.ts. Every
 * statement here moves `enrollment_count` in the same transaction.
 */

export interface Newcomer {
  workspaceId: string;
  siteId: string;
  subscriberId: string;
}

/** Lets people who just subscribed into the running welcome campaigns of their site; whoever was ever inside stays out. */
export async function enrolNewcomers(client: PoolClient, people: Newcomer[]): Promise<void> {
  if (people.length === 0) return;
  await client.query(
    `WITH welcome AS (
       SELECT c.id, c.workspace_id, c.site_id, v.version, v.delays[1] AS delay, v.keys[1] AS key
         FROM campaign c JOIN steps_version v ON v.campaign_id = c.id AND v.version = c.steps_version
        WHERE (c.workspace_id, c.site_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
          AND c.type = 'welcome' AND c.status IN ('running', 'paused') AND NOT c.is_deleted),
     enrolled AS (
       INSERT INTO enrollment (workspace_id, campaign_id, subscriber_id, version, next_at)
       SELECT w.workspace_id, w.id, p.subscriber_id, w.version, now() + make_interval(mins => w.delay)
         FROM welcome w JOIN unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS p (workspace_id, site_id, subscriber_id)
              ON p.workspace_id = w.workspace_id AND p.site_id = w.site_id
       ON CONFLICT (subscriber_id, campaign_id, event_id) DO NOTHING RETURNING campaign_id)
     INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting)
     SELECT w.workspace_id, w.id, w.key, count(*) FROM welcome w JOIN enrolled e ON e.campaign_id = w.id GROUP BY w.workspace_id, w.id, w.key ORDER BY w.id
     ON CONFLICT (campaign_id, step_key) DO UPDATE SET waiting = enrollment_count.waiting + excluded.waiting`,
    [
      people.map(({ workspaceId }) => workspaceId),
      people.map(({ siteId }) => siteId),
      people.map(({ subscriberId }) => subscriberId),
    ],
  );
}

/**
 * Ends what a subscriber walks through: they get no further step.
 *
 * @param run one statement of the transaction that this belongs to
 * @param stop `unsubscribed` ends the walks on sites where no device of theirs is subscribed any more; `goal` those of
 *   the named campaigns, and what of them waits in the ledger is skipped (lib/drips/stop.ts)
 * @returns the enrollments that ended
 */
export async function stopEnrollments(
  run: (text: string, values: unknown[]) => Promise<{ id: string }[]>,
  stop: { workspaceId: string; subscriberId: string } & (
    | { reason: "unsubscribed" }
    | { reason: "goal"; campaignIds: string[]; at: Date }
  ),
): Promise<string[]> {
  const goal = stop.reason === "goal" ? stop : undefined;
  const rows = await run(
    `WITH over AS (
       UPDATE enrollment e SET status = 'stopped', reason = $3::text, next_at = NULL, finished_at = now()
         FROM campaign c, steps_version v
        WHERE e.workspace_id = $1::uuid AND e.subscriber_id = $2::uuid AND e.status = 'active'
          AND c.workspace_id = $1::uuid AND c.id = e.campaign_id AND v.campaign_id = e.campaign_id AND v.version = e.version
          AND CASE WHEN $3::text = 'goal' THEN e.campaign_id = ANY ($4::uuid[]) AND e.started_at <= $5::timestamptz
                   ELSE NOT EXISTS (SELECT 1 FROM subscription s WHERE s.workspace_id = $1::uuid AND s.subscriber_id = $2::uuid
                                       AND s.site_id = c.site_id AND s.status = 'active') END
       RETURNING e.id, e.campaign_id, v.keys[e.position + 1] AS key),
     counted AS (
       INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting, stopped)
       SELECT $1::uuid, campaign_id, key, -count(*), count(*) FROM over GROUP BY campaign_id, key ORDER BY campaign_id, key
       ON CONFLICT (campaign_id, step_key) DO UPDATE SET
         waiting = enrollment_count.waiting + excluded.waiting, stopped = enrollment_count.stopped + excluded.stopped)
     SELECT id FROM over`,
    [stop.workspaceId, stop.subscriberId, stop.reason, goal?.campaignIds ?? [], goal?.at ?? null],
  );
  return rows.map((row) => row.id);
}
