import "server-only";
import { eventType, Inngest } from "inngest";
import { z } from "zod";
import { query } from "./db.ts";
import { log } from "./log.ts";

/**
 * The queue's client and the events that the product sends through it. An event is a nudge: it carries ids and nothing
 * else, and losing it costs seconds, because the row it points to is found by the sweep.
 */

const RunRef = z.object({ workspaceId: z.string(), runId: z.string() });

/** A run exists; wait until it is due and start it. */
export const runDue = eventType("pushpilot/run.due", { schema: RunRef });
/** A run that had not begun is called off; whatever waits for its time need not. */
export const runCalledOff = eventType("pushpilot/run.called-off", { schema: RunRef });
/** A run (or a direct send) has queued messages; deliver them. */
export const runDeliver = eventType("pushpilot/run.deliver", { schema: RunRef });

const FeedRef = z.object({ workspaceId: z.string(), feedId: z.string() });

/** A feed is due to be fetched. */
export const feedDue = eventType("pushpilot/feed.due", { schema: FeedRef });

export const inngest = new Inngest({ id: "pushpilot", logger: log.child({ part: "inngest" }) });

export type Nudge = {
  kind: "due" | "deliver";
  workspaceId: string;
  runId: string;
  /** When the run is due. One that is not due soon is told of by the sweep when it is: nothing sleeps in the queue for months. */
  dueAt?: Date;
};

/** The sweep tells of what is due within half of this, twice in that time. */
export const soonMs = 60_000;

/**
 * Tells the queue about a run, without making anybody wait for it. Never fails: when the queue is away the sweep repeats
 * it.
 */
export function nudge(what: Nudge): void {
  void nudgeAll([what]);
}

/** Tells the queue that runs will not begin, without making anybody wait. Never fails: they would end by themselves at their time. */
export function callOff(workspaceId: string, runIds: readonly string[]): void {
  if (runIds.length === 0) return;
  const events = runIds.map((runId) => runCalledOff.create({ workspaceId, runId }, { id: `${runId}:called-off` }));
  inngest.send(events).catch((error: unknown) => log.warn({ err: error, runs: runIds }, "the queue could not be told"));
}

/**
 * Tells the queue about runs, in one statement and one call. Never fails, like `nudge`. Inngest swallows a repeated event
 * id for 24 h, so each nudge of a run has its own number.
 */
export async function nudgeAll(all: Nudge[]): Promise<void> {
  const list = all.filter(({ dueAt }) => !dueAt || dueAt.getTime() - Date.now() < soonMs);
  if (list.length === 0) return;
  try {
    const rows = await query<{ id: string; nudges: number }>(
      `UPDATE run SET nudges = nudges + 1, nudged_at = now() FROM unnest($1::uuid[], $2::uuid[]) AS told (workspace_id, id)
        WHERE run.workspace_id = told.workspace_id AND run.id = told.id RETURNING run.id, run.nudges`,
      [list.map(({ workspaceId }) => workspaceId), list.map(({ runId }) => runId)],
    );
    const numbers = new Map(rows.map(({ id, nudges }) => [id, nudges]));
    await inngest.send(
      list.map(({ kind, workspaceId, runId }) => {
        // A direct send has no run row; the clock numbers its nudges.
        const id = `${runId}:${kind}:${numbers.get(runId) ?? Date.now()}`;
        return (kind === "due" ? runDue : runDeliver).create({ workspaceId, runId }, { id });
      }),
    );
  } catch (error) {
    log.warn({ err: error, runs: list.map(({ runId }) => runId) }, "the queue could not be told; the sweep will");
  }
}
