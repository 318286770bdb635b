import { isDatabaseAway } from "#lib/database-away.ts";
import { inngest } from "#lib/events.ts";
import { importDue } from "#lib/imports/nudge.ts";
import { workOnImport } from "#lib/imports/work.ts";

/** Far under Inngest's 1,000 steps a run; whoever needs more tells itself again. */
const maxRounds = 200;
const roundMs = 5_000;
const databasePauseMs = 2_000;

/** Takes a file's people in, a slice of chunks at a time. The row decides everything; several at once do no harm. */
export const importSubscribers = inngest.createFunction(
  {
    id: "import-subscribers",
    name: "Import subscribers",
    triggers: [importDue],
    retries: 10,
    concurrency: [{ limit: 1, key: "event.data.workspaceId" }, { limit: 4 }],
  },
  async ({ event, step }) => {
    const { workspaceId, importId } = event.data;
    for (let round = 0; round < maxRounds; round++) {
      const state = await step.run(`slice-${round}`, () =>
        workOnImport(workspaceId, importId, roundMs).catch((error: unknown) => {
          if (isDatabaseAway(error)) return "away" as const;
          throw error;
        }),
      );
      if (state === "done") return "done";
      if (state === "elsewhere") return "another process has it";
      if (state === "away") await step.sleep(`wait-${round}`, databasePauseMs);
    }
    await step.sendEvent("go-on", importDue.create({ workspaceId, importId }, { id: `${event.id ?? importId}:on` }));
    return "goes on in another run";
  },
);
