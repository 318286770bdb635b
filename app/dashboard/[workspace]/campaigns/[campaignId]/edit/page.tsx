import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { draftOfCampaign } from "../../composer/campaign-draft.ts";
import { Composer } from "../../composer/composer.tsx";
import { composerData } from "../../composer/composer-data.ts";
import { NoSite } from "../../empty.tsx";
import { isLegal } from "../../legal-actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns.composer"))("editTitle") };
}

/** A draft or scheduled campaign in the composer; any other has its own page only. */
export default async function EditCampaignPage({
  params,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/edit">) {
  const { workspace, campaignId } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:write")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const campaign = await orNotFound(getCampaign(ctx, campaignId));
  if (!isLegal("edit", campaign.status, campaign.type)) redirect(`${base}/campaigns/${campaignId}`);
  const { sites, templates } = await composerData(ctx);
  const [first, ...others] = sites;
  if (!first) return <NoSite base={base} />;
  const site = sites.find(({ id }) => id === campaign.siteId) ?? first;
  return (
    <Composer
      key={campaign.id}
      workspaceId={ctx.workspaceId}
      base={base}
      campaign={{ id: campaign.id, status: campaign.status, isApproved: campaign.approval?.status === "approved" }}
      initial={{ ...draftOfCampaign(campaign, site.timezone), siteId: site.id }}
      sites={[first, ...others]}
      templates={templates}
      storageName={`${ctx.workspaceId}.${campaign.id}`}
    />
  );
}
