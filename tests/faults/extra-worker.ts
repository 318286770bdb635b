// One more worker on a run, as on a second machine: a process of its own that claims, sends and records until the run is over.
// Arguments: workspace, run. Told by the environment where the database and the secrets are.
import { setTimeout as sleep } from "node:timers/promises";
import { deliverSlice } from "#lib/delivery/deliver.ts";

const [workspaceId = "", runId = ""] = process.argv.slice(2);
for (;;) {
  const slice = await deliverSlice(workspaceId, runId, 10_000);
  if (slice.next === "end") break;
  if (slice.next === "at") await sleep(Math.min(1_000, Math.max(0, slice.at.getTime() - Date.now())));
}
process.exit(0);
