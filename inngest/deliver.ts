import { deliverSlice } from "#lib/delivery/deliver.ts";
import type { Slice } from "#lib/delivery/run-end.ts";
import { inngest, runDeliver } from "#lib/events.ts";

/** Far under Inngest's 1,000 steps a run; whoever needs more tells itself again. */
const maxRounds = 300;
/** Short enough that a busy tenant's turn ends soon and another's begins. */
const sliceMs = 5_000;
/**
 * Runs of one workspace that may ask for a turn at once. How many of them get one is each worker's own decision
 * (lib/delivery/lanes.ts), because it knows which are small or urgent and must not wait behind the others.
 */
const runsPerWorkspace = 24;

/** Delivers what a run has queued, a slice at a time, and sleeps while nothing may be sent yet. */
export const deliver = inngest.createFunction(
  {
    id: "deliver",
    name: "Deliver a run's messages",
    triggers: [runDeliver],
    retries: 10,
    concurrency: [
      { limit: 1, key: "event.data.runId" },
      { limit: runsPerWorkspace, key: "event.data.workspaceId" },
    ],
  },
  async ({ event, step }) => {
    const { workspaceId, runId } = event.data;
    for (let round = 0; round < maxRounds; round++) {
      const slice: Slice | { next: "at"; at: string } = await step.run(`slice-${round}`, () =>
        deliverSlice(workspaceId, runId, sliceMs),
      );
      if (slice.next === "end") return "done";
      if (slice.next === "at") await step.sleepUntil(`wait-${round}`, new Date(slice.at));
    }
    await step.sendEvent("go-on", runDeliver.create({ workspaceId, runId }, { id: `${event.id ?? runId}:on` }));
    return "goes on in another run";
  },
);
