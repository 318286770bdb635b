import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Button } from "#components/ui/button.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listCampaigns } from "#lib/campaigns/campaigns.ts";
import { CampaignFilter, type CampaignStatus, campaignStatuses } from "#lib/campaigns/schema.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { listSites } from "#lib/sites/sites.ts";
import { CampaignTable } from "./campaign-table.tsx";
import { NoCampaigns, NoMatch, NoSite } from "./empty.tsx";
import { SiteFilter } from "./site-filter.tsx";
import { StateChips } from "./state-chips.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns"))("title") };
}

/** All campaigns of the workspace: search, states, figures. */
export default async function CampaignsPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/campaigns">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("campaigns")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/campaigns`;
  const kept = { q: one(query, "q"), status: one(query, "status"), site: one(query, "site"), view: one(query, "view") };
  const status = campaignStatuses.find((state) => state === kept.status);
  const isArchive = kept.view === "archived";
  const [page, sites] = await Promise.all([
    listCampaigns(
      ctx,
      CampaignFilter.parse({
        pageSize: 25,
        ...(kept.q && { search: kept.q.slice(0, 200) }),
        ...(status && { status }),
        ...(kept.site && { siteId: kept.site }),
        ...(isArchive && { archived: "true" }),
        ...(cursorIn(query) && { cursor: cursorIn(query) }),
      }),
    ),
    listSites(ctx, { page: 1, pageSize: 100 }),
  ]);

  const isFiltered = Boolean(kept.q || status || kept.site);
  const isFresh = page.data.length === 0 && !isFiltered && !isArchive;
  const siteNames =
    sites.data.length > 1 ? new Map(sites.data.map((site) => [site.id, site.name] as const)) : undefined;
  const chip = (key: string, label: string, change: { status?: CampaignStatus; view?: string }, current: boolean) => ({
    key,
    label,
    current,
    href: hrefWith(path, { q: kept.q, site: kept.site, ...change }),
  });
  const tState = await getTranslations("ui.status");

  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        action={
          can(ctx, "campaigns:write") &&
          sites.data.length > 0 && (
            <Button variant="primary" asChild>
              <Link href={`${path}/new`}>
                <Plus aria-hidden="true" />
                {t("new")}
              </Link>
            </Button>
          )
        }
      />
      {isFresh ? (
        sites.data.length === 0 ? (
          <NoSite base={base} />
        ) : (
          <NoCampaigns base={base} host={new URL(sites.data[0]?.url ?? "https://example.com").host} />
        )
      ) : (
        <>
          <ListToolbar searchLabel={t("search")}>
            {siteNames && <SiteFilter sites={[...siteNames].map(([id, name]) => ({ id, name }))} />}
          </ListToolbar>
          <StateChips
            label={t("list.states")}
            chips={[
              chip("all", t("list.all"), {}, !status && !isArchive),
              ...campaignStatuses.map((state) =>
                chip(state, tState(state), { status: state }, status === state && !isArchive),
              ),
              chip("archived", t("list.archived"), { view: "archived" }, isArchive),
            ]}
          />
          {page.data.length === 0 ? (
            <NoMatch path={path} isArchive={isArchive && !isFiltered} />
          ) : (
            <>
              <CampaignTable campaigns={page.data} workspaceId={ctx.workspaceId} base={base} siteNames={siteNames} />
              <div className="mt-3">
                <Pagination
                  {...keyPages(path, query, kept, page.nextCursor)}
                  summary={
                    page.total !== undefined &&
                    t(page.totalCapped ? "list.summaryCapped" : "list.summary", {
                      shown: page.data.length,
                      total: page.total,
                    })
                  }
                />
              </div>
              <RefreshWhile active={page.data.some((campaign) => campaign.status === "running")} everyMs={3000} />
            </>
          )}
        </>
      )}
    </>
  );
}
