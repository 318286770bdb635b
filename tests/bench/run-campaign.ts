import { sendCampaign } from "#lib/campaigns/moves.ts";
import { query } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import type { SeededAudience } from "./seed.ts";

/** Sends the campaign as the durable functions do – begin, ledger, slices – without the queue between. */
export async function runCampaign({ ctx, campaignId }: SeededAudience): Promise<void> {
  await sendCampaign(ctx, campaignId);
  const [run] = await query<{ id: string }>("SELECT id FROM run WHERE workspace_id = $1 AND campaign_id = $2", [
    ctx.workspaceId,
    campaignId,
  ]);
  if (!run) throw new Error("the campaign has no run");
  await startRun(ctx.workspaceId, run.id);
  const ledger = writeLedger(ctx.workspaceId, run.id, 600_000);
  while (true) {
    const slice = await deliverSlice(ctx.workspaceId, run.id, 10_000);
    if (slice.next === "end") break;
    if (slice.next === "at")
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, slice.at.getTime() - Date.now())));
  }
  await ledger;
}
