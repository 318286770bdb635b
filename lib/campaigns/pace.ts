import "server-only";
import { query } from "#lib/db.ts";

/** What a small machine sends, for a workspace that has sent nothing yet. */
const usualPerMinute = 30_000;
/** Runs below it are over before their speed is worth telling. */
const leastMessages = 500;

/** How many messages a minute the workspace's last larger run made. */
export async function usualPace(workspaceId: string): Promise<number> {
  const [row] = await query<{ per_minute: number | null }>(
    `SELECT sum(c.sent)::float8 / greatest(extract(epoch FROM r.finished_at - r.started_at) / 60, 1.0 / 60) AS per_minute
       FROM (SELECT id, started_at, finished_at FROM run WHERE workspace_id = $1 AND status = 'completed' AND decide_at IS NULL
              ORDER BY id DESC LIMIT 20) AS r
       JOIN counter c ON c.workspace_id = $1 AND c.run_id = r.id
      GROUP BY r.id, r.started_at, r.finished_at HAVING sum(c.sent) >= ${leastMessages} ORDER BY r.id DESC LIMIT 1`,
    [workspaceId],
  );
  return Math.max(60, Math.round(row?.per_minute ?? usualPerMinute));
}
