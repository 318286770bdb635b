import { Activity } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, one } from "#components/frame/page-links.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { getSiteHealth } from "#lib/analytics/health.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listSites } from "#lib/sites/sites.ts";
import { StateChips } from "../campaigns/state-chips.tsx";
import { periodOf, periods, rangesOf } from "../figures.ts";
import { PausedBanner } from "../sites/paused-banner.tsx";
import { Fixes } from "./fixes.tsx";
import { FunnelTables } from "./funnel-tables.tsx";
import { Losses } from "./losses.tsx";
import { Services } from "./push-services.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("deliverability"))("title") };
}

/** Whether a site's messages arrive, and what to do where they do not. */
export default async function DeliverabilityPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/deliverability">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("deliverability")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "analytics:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const sites = (await listSites(ctx, { page: 1, pageSize: 100 })).data;
  const site = sites.find(({ id }) => id === one(query, "site")) ?? sites[0];
  if (!site)
    return (
      <EmptyState wholePage icon={<Activity />} title={t("noSite")}>
        {t("noSiteText")}
      </EmptyState>
    );
  const days = periodOf(query);
  const health = await getSiteHealth(ctx, site.id, rangesOf(days).current);
  const here = `${base}/deliverability`;
  const stopped = site.pausedReason ?? health.services.find(({ state }) => state === "stopped")?.reason ?? null;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {stopped !== null && (
        <PausedBanner
          workspaceId={ctx.workspaceId}
          siteId={site.id}
          name={site.name}
          reason={stopped}
          mayResume={can(ctx, "sites:write")}
        />
      )}
      <div className="grid gap-5">
        <div className="flex flex-wrap gap-x-6">
          {sites.length > 1 && (
            <StateChips
              label={t("site")}
              chips={sites.map(({ id, name }) => ({
                key: id,
                label: name,
                href: hrefWith(here, { site: id, days: String(days) }),
                current: id === site.id,
              }))}
            />
          )}
          <StateChips
            label={t("range")}
            chips={periods.map((period) => ({
              key: String(period),
              label: t("days", { days: period }),
              href: hrefWith(here, { site: site.id, days: String(period) }),
              current: period === days,
            }))}
          />
        </div>
        <Fixes fixes={health.fixes} sitePath={`${base}/sites/${site.id}`} />
        <Services services={health.services} keys={health.keys} />
        <FunnelTables health={health} />
        <Losses health={health} />
      </div>
    </>
  );
}
