import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign, type NewCampaignInput } from "#lib/campaigns/schema.ts";
import { query } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { advanceDrips } from "#lib/drips/advance.ts";
import type { Shop } from "./shop.ts";

/** A step that says its name, so many minutes after the start. */
export function step(title: string, delayMinutes = 0, more: object = {}) {
  return { delayMinutes, content: { title, message: "Good to have you." }, ...more };
}

/** A welcome campaign of the shop that runs. @returns its id */
export async function runningWelcome(
  shop: Shop,
  steps: NewCampaignInput["steps"],
  more: Partial<NewCampaignInput> = {},
): Promise<string> {
  const input = { name: "Welcome", siteId: shop.site.id, trigger: { type: "welcome" }, steps, ...more };
  const { id } = await createCampaign(shop.ctx, NewCampaign.parse(input));
  await scheduleCampaign(shop.ctx, id, {});
  return id;
}

/** Lets time pass for everybody inside a campaign. */
export async function pass(campaignId: string, minutes: number): Promise<void> {
  await query(
    `UPDATE enrollment SET started_at = started_at - make_interval(mins => $2), next_at = next_at - make_interval(mins => $2) WHERE campaign_id = $1`,
    [campaignId, minutes],
  );
}

/** What the worker does with a campaign that people walk through: moves on who is due, and delivers. */
export async function advanceAndDeliver(shop: Shop, campaignId: string): Promise<void> {
  while ((await advanceDrips()) > 0);
  const runs = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1 AND status = 'running'", [
    campaignId,
  ]);
  for (const { id } of runs) {
    let rounds = 0;
    while ((await deliverSlice(shop.ctx.workspaceId, id, 5_000)).next === "now" && rounds++ < 50);
  }
}

/** Where everybody of a campaign is, by status and place. */
export async function placesOf(campaignId: string): Promise<Record<string, number>> {
  const rows = await query<{ place: string; count: number }>(
    `SELECT status || coalesce(':' || reason, '') || '@' || position AS place, count(*)::int AS count
       FROM enrollment WHERE campaign_id = $1 AND NOT is_test GROUP BY 1`,
    [campaignId],
  );
  return Object.fromEntries(rows.map((row) => [row.place, row.count]));
}
