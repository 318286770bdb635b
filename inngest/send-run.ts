import { isDatabaseAway } from "#lib/database-away.ts";
import { query } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { inngest, runCalledOff, runDeliver, runDue } from "#lib/events.ts";

/** Far under Inngest's 1,000 steps a run; whoever needs more tells itself again. */
const maxRounds = 200;
const roundMs = 20_000;
/** Most runs are written within this; those that are not get help in delivering while their ledger still grows. */
const firstRoundMs = 1_000;
const firstSliceMs = 2_000;
/** How long to leave a database alone that cannot be reached: less than a failed step would wait. */
const databasePauseMs = 2_000;

function waitOrThrow(error: unknown): "away" {
  if (isDatabaseAway(error)) return "away";
  throw error;
}

/**
 * Waits until a run is due, begins it and writes its audience into the ledger. The row decides everything: a run that was moved, cancelled or
 * begun by somebody else ends this function quietly.
 */
export const sendRun = inngest.createFunction(
  {
    id: "send-run",
    name: "Begin a run when it is due",
    triggers: [runDue],
    cancelOn: [{ event: runCalledOff, match: "data.runId" }],
    retries: 10,
    concurrency: [{ limit: 4, key: "event.data.workspaceId" }, { limit: 20 }],
  },
  async ({ event, step }) => {
    const { workspaceId, runId } = event.data;
    const dueAt = await step.run("look", async () => {
      const [run] = await query<{ due_at: Date; status: string }>(
        "SELECT due_at, status FROM run WHERE workspace_id = $1 AND id = $2",
        [workspaceId, runId],
      );
      return run && (run.status === "due" || run.status === "running") ? run.due_at.toISOString() : null;
    });
    if (dueAt === null) return "nothing to do";
    if (new Date(dueAt).getTime() > Date.now()) await step.sleepUntil("until-due", new Date(dueAt));
    const begun = await step.run("begin", async () =>
      (await startRun(workspaceId, runId))
        ? await writeLedger(workspaceId, runId, firstRoundMs).catch(waitOrThrow)
        : "not now",
    );
    if (begun === "not now") return "its time or state changed";
    // A small run is through here and now; a function of its own would cost more than its messages.
    if (begun === "complete") {
      const slice = await step.run("deliver", () => deliverSlice(workspaceId, runId, firstSliceMs));
      if (slice.next === "end") return "complete";
    }
    await step.sendEvent(
      "tell-deliver",
      runDeliver.create({ workspaceId, runId }, { id: `${runId}:begin:${event.id ?? "0"}` }),
    );
    if (begun === "complete") return "complete";
    for (let round = 0; round < maxRounds; round++) {
      const state = await step.run(`ledger-${round}`, () =>
        writeLedger(workspaceId, runId, roundMs).catch(waitOrThrow),
      );
      if (state === "away") await step.sleep(`wait-${round}`, databasePauseMs);
      if (state === "complete") return "complete";
      if (state === "elsewhere") return "another process has it";
    }
    await step.sendEvent("go-on", runDue.create({ workspaceId, runId }, { id: `${event.id ?? runId}:on` }));
    return "goes on in another run";
  },
);
