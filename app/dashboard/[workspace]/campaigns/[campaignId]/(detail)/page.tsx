import { z } from "zod";
import { getPerformance } from "#lib/analytics/performance.ts";
import { Performance } from "#lib/campaigns/schema.ts";
import { campaignPage } from "./campaign-data.ts";
import { Overview } from "./overview.tsx";

/** Where a campaign stands and what it did. */
export default async function CampaignOverviewPage({
  params,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]">) {
  const { workspace, campaignId } = await params;
  const { ctx, campaign, site, progress, base } = await campaignPage(workspace, campaignId);
  const performance = await getPerformance(ctx, campaign.id);
  return (
    <Overview
      workspaceId={ctx.workspaceId}
      path={`${base}/campaigns/${campaign.id}`}
      campaignId={campaign.id}
      nextRunAt={campaign.nextRunAt?.toISOString() ?? null}
      timeZone={site?.settings.timezone ?? "UTC"}
      valuePerClick={site?.settings.valuePerClick ?? 0}
      progress={progress}
      performance={z.encode(Performance, performance)}
    />
  );
}
