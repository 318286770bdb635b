import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { query } from "#lib/db.ts";
import { createSite } from "#lib/sites/sites.ts";
import { newAccount } from "./accounts.ts";

const day = 24 * 60;
const content = { title: "Hello {{name|there}}", message: "Good to have you." };

/**
 * People inside a running welcome of three steps, all waiting for the first one, due tomorrow. Their devices are rows only:
 * nothing can be sent to them.
 */
export async function seedDrip(count: number): Promise<{ ctx: Context; campaignId: string; siteId: string }> {
  const { ctx } = await newAccount();
  const site = await createSite(ctx, { name: "Shop", url: "https://shop.example" });
  const steps = [day, 2 * day, 3 * day].map((delayMinutes) => ({ delayMinutes, content }));
  const { id: campaignId } = await createCampaign(
    ctx,
    NewCampaign.parse({ name: "Welcome", siteId: site.id, trigger: { type: "welcome" }, steps }),
  );
  await scheduleCampaign(ctx, campaignId, {});
  const pageSize = 100_000;
  for (let from = 0; from < count; from += pageSize)
    await query(
      `WITH people AS (
         INSERT INTO subscriber (id, workspace_id, name, updated_at) SELECT uuidv7(), $1, 'Person', now() FROM generate_series(1, $4) RETURNING id),
       devices AS (
         INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, updated_at)
         SELECT uuidv7(), $1, id, $2, 'web_push', sha256(id::text::bytea), now() FROM people)
       INSERT INTO enrollment (workspace_id, campaign_id, subscriber_id, version, next_at) SELECT $1, $3, id, 1, now() + interval '1 day' FROM people`,
      [ctx.workspaceId, site.id, campaignId, Math.min(pageSize, count - from)],
    );
  await query(`INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting) VALUES ($1, $2, 0, $3)`, [
    ctx.workspaceId,
    campaignId,
    count,
  ]);
  await query("ANALYZE subscriber, subscription, enrollment");
  return { ctx, campaignId, siteId: site.id };
}
