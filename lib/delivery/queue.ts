import "server-only";
import type { PoolClient } from "pg";

/**
 * The queue beside the ledger. `message.status` is the truth; `message_queue` has a row for each message that is queued, and
 * `claim` one for each batch that a worker took in hand, so that a message changes its state without any index of the
 * ledger being written. Whoever changes them holds the message's row, in the transaction that moves the message: before, where
 * only what is still in the queue may move, or after it. (Within one statement a row that came since it began is not seen.)
 */

/** Of messages `m` that a statement moved: what `enqueue` asks for, as a RETURNING list. */
export const queueColumns = "m.id, m.workspace_id, m.run_id, m.next_at, m.status, m.content IS NOT NULL AS is_direct";

/** SQL that enters the queued ones of a CTE with `queueColumns`, whose messages are new. */
export function enqueueNew(written: string): string {
  return `INSERT INTO message_queue (message_id, workspace_id, run_id, next_at, is_direct)
     SELECT id, workspace_id, run_id, next_at, is_direct FROM ${written} WHERE status = 'queued'`;
}

/** The same for messages that come back. */
export function enqueue(moved: string): string {
  return `${enqueueNew(moved)} ON CONFLICT (message_id) DO UPDATE SET next_at = excluded.next_at`;
}

/** SQL that takes the messages of a CTE out, by their `id`. */
export function dequeue(picked: string): string {
  return `DELETE FROM message_queue q USING ${picked} WHERE q.message_id = ${picked}.id`;
}

/** Takes messages out that the caller's transaction has moved. */
export async function leaveQueue(client: PoolClient, workspaceId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query("DELETE FROM message_queue WHERE workspace_id = $1 AND message_id = ANY ($2::uuid[])", [
    workspaceId,
    ids,
  ]);
}

/** SQL condition: somebody has messages of a run in hand. A claim's row outlives its messages, so they are looked at. */
export function inHand(workspaceId: string, runId: string): string {
  return `EXISTS (SELECT 1 FROM claim k JOIN message h ON h.id = ANY (k.message_ids)
    WHERE k.workspace_id = ${workspaceId} AND k.run_id = ${runId} AND h.status = 'sending')`;
}

/** SQL condition: a run has messages that are not settled. */
export function hasUnsettled(workspaceId: string, runId: string): string {
  return `(EXISTS (SELECT 1 FROM message_queue q JOIN message w ON w.id = q.message_id
     WHERE q.workspace_id = ${workspaceId} AND q.run_id = ${runId} AND w.status = 'queued') OR ${inHand(workspaceId, runId)})`;
}
