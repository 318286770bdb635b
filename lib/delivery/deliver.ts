import "server-only";
import { isDatabaseAway } from "#lib/database-away.ts";
import { log } from "#lib/log.ts";
import { freeDeadClaims } from "./claim.ts";
import { laneOf, mayEnter } from "./lanes.ts";
import { loadPlan } from "./prepare.ts";
import { cancelQueued, finishRun, type Slice, whatNext } from "./run-end.ts";
import { active, SliceWork } from "./slice-work.ts";
import { findTarget } from "./target.ts";
import { releaseRest } from "./winner.ts";
import { isStopping, workerId } from "./worker.ts";

/** How long to leave a database alone that cannot be reached. */
const databasePauseMs = 2_000;

/** When to ask again whoever cannot have a turn now: all at different times. */
function soon(): Slice {
  return { next: "at", at: new Date(Date.now() + 500 + Math.random() * 500) };
}

/**
 * Delivers queued messages of a run (or of a direct send) for at most `maxMs`: claims, hands to the channel, records.
 * Any number may work on one run, in one process or in many. Ends early when the worker is told to stop; what is in
 * hand then is recorded first. While the database is away it asks for a pause instead of failing.
 */
export async function deliverSlice(workspaceId: string, runId: string, maxMs: number): Promise<Slice> {
  try {
    return await workSlice(workspaceId, runId, maxMs);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    log.warn({ err: error, workspace_id: workspaceId, run_id: runId }, "the database is away; delivery waits for it");
    return { next: "at", at: new Date(Date.now() + databasePauseMs) };
  }
}

async function workSlice(workspaceId: string, runId: string, maxMs: number): Promise<Slice> {
  // What is asked of a worker that was told to stop waits for the next one.
  if (isStopping()) return soon();
  const worker = await workerId();
  await freeDeadClaims();
  const target = await findTarget(workspaceId, runId);
  if (!target) return { next: "end" };
  if (target.state === "cancelled") return cancelQueued(workspaceId, runId);
  if (target.state !== "running") return { next: "end" };
  const plan = await loadPlan(workspaceId, runId, target.siteId, target.campaignId);
  if (!plan) {
    await cancelQueued(workspaceId, runId, "site_deleted");
    return (await finishRun(workspaceId, runId)) ? { next: "end" } : { next: "now" };
  }
  const lane = await laneOf(workspaceId, target.campaignId === null ? null : runId, plan.options);
  if (!mayEnter({ workspaceId, lane }, active)) return soon();
  if (plan.winner !== null) await releaseRest(workspaceId, runId);
  const work = new SliceWork(plan, lane, worker, Date.now() + maxMs);
  active.add(work);
  try {
    await work.run();
  } finally {
    active.delete(work);
  }
  return isStopping() ? soon() : whatNext(workspaceId, runId);
}
