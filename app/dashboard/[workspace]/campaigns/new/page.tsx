import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { one } from "#components/frame/page-links.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import type { Audience } from "#lib/campaigns/schema.ts";
import { isId } from "#lib/ids.ts";
import { audienceFor } from "../composer/audience-for.ts";
import { newDraft } from "../composer/campaign-draft.ts";
import { Composer } from "../composer/composer.tsx";
import { composerData } from "../composer/composer-data.ts";
import { itemContent, rssDraft } from "../composer/triggers/rss-draft.ts";
import { newTrigger, offeredType } from "../composer/triggers/trigger-draft.ts";
import { NoSite } from "../empty.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns.composer"))("newTitle") };
}

/** A new campaign; `?template=` starts from one, `?site=` chooses the site, `?type=` what starts it, `?segment=` or `?group=` whom it reaches. */
export default async function NewCampaignPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/new">) {
  const [{ workspace }, query] = await Promise.all([params, searchParams]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:write")) return <NoPermission />;

  const { sites, templates } = await composerData(ctx);
  const [first, ...others] = sites;
  const base = `/dashboard/${workspace}`;
  if (!first) {
    const title = (await getTranslations("campaigns.composer"))("newTitle");
    return (
      <>
        <PageHeader title={title} crumbs={[{ label: title }]} />
        <NoSite base={base} />
      </>
    );
  }
  const feedId = one(query, "feed");
  const type = offeredType(one(query, "type"));
  const site =
    sites.find(({ id, feeds }) => id === one(query, "site") || feeds.some((feed) => feed.id === feedId)) ??
    (type === "rss" ? sites.find(({ feeds }) => feeds.length > 0) : undefined) ??
    first;
  const audience = audienceOf(one(query, "segment"), one(query, "group"));
  const template = templates.find(({ id }) => id === one(query, "template"));
  return (
    <Composer
      workspaceId={ctx.workspaceId}
      base={base}
      initial={{
        ...newDraft(site.id, template?.content ?? (type === "rss" ? itemContent : undefined), template?.name),
        ...(audience ? { audience } : audienceFor(type, { type: "all" })),
        trigger: type === "rss" ? rssDraft(site.feeds, feedId) : newTrigger(type, site.timezone),
      }}
      sites={[first, ...others]}
      templates={templates}
      storageName={[
        ctx.workspaceId,
        template?.id ?? "new",
        ...(audience ? [Object.values(audience).join(".")] : []),
        ...(type === "one_time" ? [] : [type]),
      ].join(".")}
    />
  );
}

/** Whom `?segment=` and `?group=` begin with. */
function audienceOf(segmentId: string | undefined, groupId: string | undefined): Audience | undefined {
  if (segmentId !== undefined && isId(segmentId)) return { type: "segment", segmentId };
  return groupId !== undefined && isId(groupId) ? { type: "group", groupId } : undefined;
}
