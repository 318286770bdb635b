import { cron } from "inngest";
import { sweep } from "#lib/delivery/sweep.ts";
import { inngest } from "#lib/events.ts";

/** The sweep's second trigger, should every worker's own timer be stuck. */
export const sweepEveryMinute = inngest.createFunction(
  { id: "sweep", name: "Find forgotten work", triggers: [cron("* * * * *")], retries: 0, concurrency: 1 },
  ({ step }) => step.run("sweep", () => sweep()),
);
