import "server-only";
import { cache } from "react";
import { z } from "zod";
import { getProgress } from "#lib/analytics/performance.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { CampaignProgress } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import type { Site } from "#lib/sites/schema.ts";
import { getSite } from "#lib/sites/sites.ts";

/** What the layout and the pages of one campaign share, read once a request. Shows "not found" when there is none. */
export const campaignPage = cache(async (workspace: string, campaignId: string) => {
  const ctx = await pageContext(workspace);
  const campaign = await orNotFound(getCampaign(ctx, campaignId));
  const [progress, site] = await Promise.all([getProgress(ctx, campaign.id), siteOf(ctx, campaign.siteId)]);
  return { ctx, campaign, site, progress: z.encode(CampaignProgress, progress), base: `/dashboard/${workspace}` };
});

/** The campaign's site, null when it was deleted since. */
async function siteOf(ctx: Context, siteId: string | null): Promise<Site | null> {
  if (siteId === null) return null;
  try {
    return await getSite(ctx, siteId);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
