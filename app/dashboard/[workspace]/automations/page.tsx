import { Plus, Repeat } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listCampaigns } from "#lib/campaigns/campaigns.ts";
import { CampaignFilter, type CampaignType, campaignTypes } from "#lib/campaigns/schema.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { listSites } from "#lib/sites/sites.ts";
import { NoMatch, NoSite } from "../campaigns/empty.tsx";
import { StateChips } from "../campaigns/state-chips.tsx";
import { wordsOfTriggers } from "../campaigns/trigger-words.ts";
import { AutomationTable } from "./automation-table.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("automations"))("title") };
}

/** The campaigns that run by themselves: on or off, and when next. */
export default async function AutomationsPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/automations">) {
  const [{ workspace }, query, t, tType] = await Promise.all([
    params,
    searchParams,
    getTranslations("automations"),
    getTranslations("campaigns.types"),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/automations`;
  const kept = { q: one(query, "q"), type: one(query, "type") };
  const type = campaignTypes.find((each) => each === kept.type && each !== "one_time");
  const cursor = cursorIn(query);
  const [page, sites] = await Promise.all([
    listCampaigns(
      ctx,
      CampaignFilter.parse({
        ...(type ? { type } : { automated: "true" }),
        ...(kept.q && { search: kept.q.slice(0, 200) }),
        ...(cursor && { cursor }),
      }),
    ),
    listSites(ctx, { page: 1, pageSize: 100 }),
  ]);
  const chip = (key: CampaignType | "all", label: string) => ({
    key,
    label,
    current: key === "all" ? !type : type === key,
    href: hrefWith(path, { q: kept.q, ...(key !== "all" && { type: key }) }),
  });
  const add = can(ctx, "campaigns:write") && sites.data.length > 0 && (
    <Button variant="primary" asChild>
      <Link href={`${base}/campaigns/new?type=${type ?? "recurring"}`}>
        <Plus aria-hidden="true" />
        {t("new")}
      </Link>
    </Button>
  );
  const isFresh = page.data.length === 0 && !kept.q && !type;

  return (
    <>
      <PageHeader title={t("title")} description={t("description")} action={!isFresh && add} />
      {isFresh ? (
        sites.data.length === 0 ? (
          <NoSite base={base} />
        ) : (
          <EmptyState icon={<Repeat />} title={t("empty.title")} action={add}>
            {t("empty.text")}
          </EmptyState>
        )
      ) : (
        <>
          <ListToolbar searchLabel={t("search")} />
          <StateChips
            label={t("types")}
            chips={[
              chip("all", t("all")),
              ...campaignTypes.filter((each) => each !== "one_time").map((each) => chip(each, tType(`${each}.name`))),
            ]}
          />
          {page.data.length === 0 ? (
            <NoMatch path={path} isArchive={false} />
          ) : (
            <>
              <AutomationTable
                campaigns={page.data}
                workspaceId={ctx.workspaceId}
                base={base}
                maySwitch={can(ctx, "campaigns:send")}
                sites={new Map(sites.data.map(({ id, name, settings }) => [id, { name, timezone: settings.timezone }]))}
                words={await wordsOfTriggers(ctx, page.data)}
              />
              <div className="mt-3">
                <Pagination {...keyPages(path, query, kept, page.nextCursor)} />
              </div>
              <RefreshWhile active={page.data.some(({ status }) => status === "running")} everyMs={15_000} />
            </>
          )}
        </>
      )}
    </>
  );
}
