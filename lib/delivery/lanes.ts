import "server-only";
import type { Options } from "#lib/campaigns/schema.ts";
import { query } from "#lib/db.ts";

/**
 * Who gets a turn in a worker. Bulk shares what there is: few slices at once, of all workspaces together and of each
 * alone, so that no tenant starves another. What is small or urgent – tests, one-to-one messages, urgency high, at most
 * 1,000 messages – never waits for bulk to end, and a send with a rate of its own hardly takes room.
 */
export type Lane = "first" | "paced" | "bulk";

const smallRun = 1_000;
/** Slower than this a campaign's own rate leaves a worker idle most of the time. */
const pacedBelowPerMinute = 6_000;
/** More slices would each get too little to be worth their queries. */
const maxBulk = 12;
const maxBulkOfWorkspace = 8;
const maxActive = 48;

interface Turn {
  workspaceId: string;
  lane: Lane;
}

/** The lane of a run, or of messages outside a run when `runId` is null. */
export async function laneOf(workspaceId: string, runId: string | null, options: Options): Promise<Lane> {
  if (runId === null || options.urgency === "high") return "first";
  if (options.ratePerMinute !== undefined && options.ratePerMinute < pacedBelowPerMinute) return "paced";
  const [row] = await query<{ is_small: boolean }>(
    `SELECT r.ledger_complete AND coalesce((SELECT sum(c.queued + c.sending) FROM counter c WHERE c.run_id = r.id), 0) <= ${smallRun} AS is_small
       FROM run r WHERE r.workspace_id = $1 AND r.id = $2`,
    [workspaceId, runId],
  );
  return row?.is_small ? "first" : "bulk";
}

/** Whether another slice may begin beside those that a worker has. */
export function mayEnter({ workspaceId, lane }: Turn, active: Iterable<Turn>): boolean {
  const turns = [...active];
  if (turns.length >= maxActive) return false;
  if (lane !== "bulk") return true;
  const bulk = turns.filter((turn) => turn.lane === "bulk");
  return bulk.length < maxBulk && bulk.filter((turn) => turn.workspaceId === workspaceId).length < maxBulkOfWorkspace;
}
