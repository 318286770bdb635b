import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { Trigger } from "#lib/campaigns/schema.ts";
import { campaignPage } from "./campaign-data.ts";
import { CampaignHeader } from "./campaign-header.tsx";

export async function generateMetadata({
  params,
}: LayoutProps<"/dashboard/[workspace]/campaigns/[campaignId]">): Promise<Metadata> {
  const { workspace, campaignId } = await params;
  return { title: (await campaignPage(workspace, campaignId)).campaign.name };
}

/** One campaign: its head and tabs around its parts. */
export default async function CampaignLayout({
  params,
  children,
}: LayoutProps<"/dashboard/[workspace]/campaigns/[campaignId]">) {
  const { workspace, campaignId } = await params;
  const { ctx, campaign, site, progress, base } = await campaignPage(workspace, campaignId);
  const t = await getTranslations("campaigns.content");
  const { id, name, type, isArchived, siteId, trigger, audience, steps, options, nextRunAt } = campaign;
  return (
    <LiveQueries>
      <CampaignHeader
        workspaceId={ctx.workspaceId}
        base={base}
        progress={progress}
        campaign={{
          id,
          name,
          type,
          isArchived,
          nextRunAt: nextRunAt?.toISOString() ?? null,
          site: site ? { name: site.name, timezone: site.settings.timezone } : { name: t("siteGone"), timezone: "UTC" },
          input: {
            name,
            siteId: siteId ?? "",
            trigger: Trigger.encode(trigger),
            audience,
            options,
            steps: steps.map(({ content }) => ({ content })),
          },
        }}
      />
      {children}
    </LiveQueries>
  );
}
