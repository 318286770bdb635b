import { House, Send } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Chart } from "#components/charts/chart.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { getWorkspaceDashboard } from "#lib/analytics/dashboard.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listCampaigns } from "#lib/campaigns/campaigns.ts";
import { CampaignFilter, type CampaignStatus } from "#lib/campaigns/schema.ts";
import { listSites } from "#lib/sites/sites.ts";
import { CampaignTable } from "./campaigns/campaign-table.tsx";
import { StateChips } from "./campaigns/state-chips.tsx";
import { growthPoints, periodOf, periods, rangesOf } from "./figures.ts";
import { Attention } from "./home/attention.tsx";
import { HomeFigures } from "./home/home-figures.tsx";
import { NextSends } from "./home/next-sends.tsx";
import { PausedBanner } from "./sites/paused-banner.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("home"))("title") };
}

/** How the workspace does: what needs somebody, figures, growth, last and next sends. */
export default async function HomePage({ params, searchParams }: PageProps<"/dashboard/[workspace]">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("home")]);
  const ctx = await pageContext(workspace);
  const base = `/dashboard/${workspace}`;
  if (ctx.role === "custodian") redirect(`${base}/groups`);
  const sites = (await listSites(ctx, { page: 1, pageSize: 100 })).data;
  if (sites.length === 0) {
    // Nothing to see without a site: whoever can add one begins there.
    if (can(ctx, "sites:write")) redirect(`${base}/sites/new`);
    return (
      <EmptyState wholePage icon={<House />} title={t("empty.title")}>
        {t("empty.text")}
      </EmptyState>
    );
  }

  const days = periodOf(query);
  const { current, before } = rangesOf(days);
  const campaignsIn = async (status?: CampaignStatus) =>
    (await listCampaigns(ctx, CampaignFilter.parse({ pageSize: 10, ...(status && { status }) }))).data;
  const [figures, earlier, newest, scheduled, running, paused, failed] = await Promise.all([
    getWorkspaceDashboard(ctx, current),
    getWorkspaceDashboard(ctx, before),
    campaignsIn(),
    campaignsIn("scheduled"),
    campaignsIn("running"),
    campaignsIn("paused"),
    campaignsIn("failed"),
  ]);
  const last = newest.filter(({ status }) => status !== "draft" && status !== "scheduled").slice(0, 5);
  const siteNames = sites.length > 1 ? new Map(sites.map(({ id, name }) => [id, name] as const)) : undefined;

  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {sites.map(
        ({ id, name, pausedReason }) =>
          pausedReason !== null && (
            <PausedBanner
              key={id}
              workspaceId={ctx.workspaceId}
              siteId={id}
              name={name}
              reason={pausedReason}
              mayResume={can(ctx, "sites:write")}
            />
          ),
      )}
      <div className="grid gap-5">
        <Attention sites={sites} paused={paused} failed={failed} base={base} />
        <div>
          <StateChips
            label={t("range")}
            chips={periods.map((period) => ({
              key: String(period),
              label: t("days", { days: period }),
              href: hrefWith(base, { days: String(period) }),
              current: period === days,
            }))}
          />
          <HomeFigures figures={figures} earlier={earlier} days={days} />
        </div>
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <Chart
            question={t("chart.question")}
            answer={t("chart.answer", { count: figures.subscribers })}
            kind="area"
            points={growthPoints(figures)}
            series={[{ key: "subscribers", label: t("chart.series"), color: 1 }]}
            axis={{ kind: "time", step: "day", timeZone: "UTC", label: t("chart.day") }}
            unit={{ kind: "count", label: t("chart.unit") }}
            emptyText={t("chart.empty")}
          />
          <NextSends campaigns={[...running, ...scheduled]} sites={sites} base={base} />
        </div>
        <section aria-labelledby="last" className="grid gap-3">
          <div className="flex items-baseline justify-between gap-3">
            <h2 id="last" className="text-base font-semibold">
              {t("last.title")}
            </h2>
            {newest.length > 0 && (
              <Link href={`${base}/campaigns`} className="rounded-sm text-sm text-primary-text hover:underline">
                {t("last.all")}
              </Link>
            )}
          </div>
          {last.length === 0 ? (
            <Card>
              <EmptyState
                icon={<Send />}
                className="py-8"
                title={t("last.none")}
                action={
                  <Button asChild>
                    <Link href={`${base}/campaigns/new`}>{t("last.first")}</Link>
                  </Button>
                }
              >
                {t("last.noneText")}
              </EmptyState>
            </Card>
          ) : (
            <CampaignTable campaigns={last} workspaceId={ctx.workspaceId} base={base} siteNames={siteNames} />
          )}
        </section>
      </div>
      <RefreshWhile active everyMs={running.length > 0 ? 3_000 : 20_000} />
    </>
  );
}
