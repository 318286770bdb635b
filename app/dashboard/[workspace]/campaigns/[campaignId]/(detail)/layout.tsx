import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { can } from "#lib/auth/permissions.ts";
import { getApproval } from "#lib/campaigns/approvals.ts";
import { ApprovalCard } from "../../approval-card.tsx";
import { inputOf } from "../../input-of.ts";
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
  const [t, approval] = await Promise.all([getTranslations("campaigns.content"), getApproval(ctx, campaign.id)]);
  const showsApproval = campaign.status === "draft" && approval.isRequired;
  const { id, name, type, isArchived, steps, options, nextRunAt } = campaign;
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
          isTest: steps.some((step) => step.variants !== undefined) || options.experiment !== undefined,
          needsApproval: showsApproval && approval.current?.status !== "approved",
          nextRunAt: nextRunAt?.toISOString() ?? null,
          site: site ? { name: site.name, timezone: site.settings.timezone } : { name: t("siteGone"), timezone: "UTC" },
          input: inputOf(campaign),
        }}
      />
      {showsApproval && (
        <ApprovalCard
          workspaceId={ctx.workspaceId}
          campaign={{ id, name }}
          approval={approval}
          mayAsk={can(ctx, "campaigns:write")}
        />
      )}
      {children}
    </LiveQueries>
  );
}
