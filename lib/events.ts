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
/** A run (or a direct send) has queued messages; deliver them. */
export const runDeliver = eventType("pushpilot/run.deliver", { schema: RunRef });

export const inngest = new Inngest({ id: "pushpilot", logger: log.child({ part: "inngest" }) });

type Nudge = { kind: "due" | "deliver"; workspaceId: string; runId: string };

/**
 * Tells the queue about a run, without making anybody wait for it. Never fails: when the queue is away the sweep repeats
 * it. Inngest swallows a repeated event id for 24 h, so each nudge of a run has its own number.
 */
export function nudge(what: Nudge): void {
  void tell(what);
}

async function tell({ kind, workspaceId, runId }: Nudge): Promise<void> {
  try {
    const [run] = await query<{ nudges: number }>(
      "UPDATE run SET nudges = nudges + 1, nudged_at = now() WHERE workspace_id = $1 AND id = $2 RETURNING nudges",
      [workspaceId, runId],
    );
    // A direct send has no run row; the clock numbers its nudges.
    const id = `${runId}:${kind}:${run?.nudges ?? Date.now()}`;
    const event = kind === "due" ? runDue : runDeliver;
    await inngest.send(event.create({ workspaceId, runId }, { id }));
  } catch (error) {
    log.warn(
      { err: error, workspace_id: workspaceId, run_id: runId, kind },
      "the queue could not be told; the sweep will",
    );
  }
}
