import "server-only";
import { cache } from "react";
import { z } from "zod";
import { getProgress } from "#lib/analytics/performance.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { CampaignProgress } from "#lib/campaigns/schema.ts";
import { orNotFound, orNull } from "#lib/http/or-not-found.ts";
import { getSite } from "#lib/sites/sites.ts";

/** What the layout and the pages of one campaign share, read once a request. Shows "not found" when there is none. */
export const campaignPage = cache(async (workspace: string, campaignId: string) => {
  const ctx = await pageContext(workspace);
  const campaign = await orNotFound(getCampaign(ctx, campaignId));
  const [progress, site] = await Promise.all([
    getProgress(ctx, campaign.id),
    campaign.siteId === null ? null : orNull(getSite(ctx, campaign.siteId)),
  ]);
  return { ctx, campaign, site, progress: z.encode(CampaignProgress, progress), base: `/dashboard/${workspace}` };
});
