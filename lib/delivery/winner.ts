import "server-only";
import { restVariant } from "#lib/campaigns/variants-schema.ts";
import { query } from "#lib/db.ts";
import type { SendingRules } from "./ledger-rows.ts";

/**
 * The winner of a test of variants. The run's row is the truth: who waits is in the ledger as `restVariant` with the time of
 * the decision, so delivery wakes up for it, and a crash between any two lines only repeats what changes nothing.
 */

/** Keeps when the winner is chosen, for whoever shows or changes it. */
export async function setDecideAt(
  workspaceId: string,
  runId: string,
  { options, variants }: SendingRules,
): Promise<void> {
  const { testShare = 1, waitMinutes = 0 } = options.experiment ?? {};
  if (variants.length === 0 || testShare >= 1) return;
  await query(
    `UPDATE run SET decide_at = started_at + make_interval(mins => $3) WHERE workspace_id = $1 AND id = $2 AND decide_at IS NULL`,
    [workspaceId, runId, waitMinutes],
  );
}

/**
 * The run's winner, which this chooses if nobody has: the variant with the most clicks for each message sent, the first
 * of equals. Safe to call by many at once: one choice stands.
 */
export async function decideWinner(workspaceId: string, runId: string): Promise<number> {
  await query(
    `UPDATE run SET winner_at = now(), winner_by = 'clicks', winner_variant = coalesce((
        SELECT variant FROM counter WHERE workspace_id = $1 AND run_id = $2 AND variant >= 0
         GROUP BY variant ORDER BY sum(clicked)::float8 / greatest(sum(sent), 1) DESC, variant LIMIT 1), 0)
      WHERE workspace_id = $1 AND id = $2 AND winner_variant IS NULL`,
    [workspaceId, runId],
  );
  const [run] = await query<{ winner_variant: number | null }>(
    "SELECT winner_variant FROM run WHERE workspace_id = $1 AND id = $2",
    [workspaceId, runId],
  );
  return run?.winner_variant ?? 0;
}

const pageSize = 10_000;

/** Lets who waits for the winner go at once, because it was chosen before its time. Repeated by every slice until nobody waits. */
export async function releaseRest(workspaceId: string, runId: string): Promise<void> {
  let moved: number;
  do {
    const rows = await query(
      `WITH page AS (
         SELECT m.id FROM run r JOIN message_queue q ON q.workspace_id = r.workspace_id AND q.run_id = r.id JOIN message m ON m.id = q.message_id
          WHERE r.workspace_id = $1 AND r.id = $2 AND q.next_at > now() AND m.status = 'queued' AND m.variant = ${restVariant}
            AND r.winner_variant IS NOT NULL AND r.decide_at > now() AND m.reason IS NULL
          LIMIT ${pageSize} FOR UPDATE OF m SKIP LOCKED),
       moved AS (UPDATE message m SET next_at = now(), due_at = now() FROM page WHERE m.id = page.id RETURNING m.id)
       UPDATE message_queue q SET next_at = now() FROM moved WHERE q.message_id = moved.id RETURNING 1`,
      [workspaceId, runId],
    );
    moved = rows.length;
  } while (moved === pageSize);
}
