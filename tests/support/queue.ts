import { query } from "#lib/db.ts";

/**
 * The time of what waits has come.
 *
 * @param which a condition on the ledger's rows `m`, with one parameter
 */
export async function comeDue(which: string, value: unknown, changes = ""): Promise<void> {
  await query(
    `WITH due AS (UPDATE message m SET next_at = now()${changes} WHERE ${which} RETURNING m.id)
     UPDATE message_queue q SET next_at = now() FROM due WHERE q.message_id = due.id`,
    [value],
  );
}

/** Messages of which the queue says anything else than the ledger. */
export async function queueDrift(workspaceId: string): Promise<unknown[]> {
  return query(
    `SELECT coalesce(m.id, q.message_id) AS id, m.status::text, m.next_at AS ledger_at, q.next_at AS queue_at
       FROM (SELECT * FROM message WHERE workspace_id = $1 AND status = 'queued') AS m
       FULL JOIN (SELECT * FROM message_queue WHERE workspace_id = $1) AS q ON q.message_id = m.id
      WHERE (m.run_id, m.next_at, m.content IS NOT NULL) IS DISTINCT FROM (q.run_id, q.next_at, q.is_direct)`,
    [workspaceId],
  );
}

/** What was taken in hand and is not forgotten. Of a send that is over there is nothing. */
export async function claimsLeft(workspaceId: string): Promise<unknown[]> {
  return query("SELECT * FROM claim WHERE workspace_id = $1", [workspaceId]);
}
