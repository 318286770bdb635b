import { Send } from "lucide-react";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { Chart } from "#components/charts/chart.tsx";
import { hrefWith } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card, Facts } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Stat, StatStrip } from "#components/ui/stat.tsx";
import { Time } from "#components/ui/time.tsx";
import { getSiteDashboard } from "#lib/analytics/dashboard.ts";
import { listCampaigns } from "#lib/campaigns/campaigns.ts";
import { CampaignFilter } from "#lib/campaigns/schema.ts";
import { formatMoney, formatNumber, formatPercent } from "#lib/format.ts";
import { CampaignTable } from "../../campaigns/campaign-table.tsx";
import { StateChips } from "../../campaigns/state-chips.tsx";
import { changesOf, growthPoints, periodOf, periods, rangesOf } from "../../figures.ts";
import { InstallationMark } from "../installation.tsx";
import { sitePage } from "./site-data.ts";

/** How a site does: its figures, growth, last sends and installation. */
export default async function SiteOverviewPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/sites/[siteId]">) {
  const [{ workspace, siteId }, query, t, locale] = await Promise.all([
    params,
    searchParams,
    getTranslations("sites.overview"),
    getLocale(),
  ]);
  const { ctx, site, base, path } = await sitePage(workspace, siteId);
  const days = periodOf(query);
  const [figures, campaigns] = await Promise.all([
    getSiteDashboard(ctx, site.id, rangesOf(days).current),
    listCampaigns(ctx, CampaignFilter.parse({ siteId: site.id, pageSize: 5 })),
  ]);
  const { subscribed, left } = changesOf(figures);
  const { sent, delivered, clicked } = figures.totals;
  const { settings } = site;
  const count = (value: number) => formatNumber(value, locale);
  return (
    <div className="grid gap-5">
      <div>
        <StateChips
          label={t("range")}
          chips={periods.map((period) => ({
            key: String(period),
            label: t("days", { days: period }),
            href: hrefWith(path, { days: String(period) }),
            current: period === days,
          }))}
        />
        <StatStrip className="sm:grid-cols-3 xl:grid-cols-6">
          <Stat label={t("subscribers")} value={count(figures.subscribers)} />
          <Stat label={t("subscribed")} value={count(subscribed)} />
          <Stat label={t("lost")} value={count(left)} />
          <Stat label={t("sent")} value={count(sent)} />
          <Stat label={t("shown")} value={count(delivered)} />
          <Stat
            label={t("clicked")}
            value={count(clicked)}
            hint={sent > 0 && `${t("clickRate")} ${formatPercent(figures.clickRate, locale)}`}
          />
        </StatStrip>
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Chart
          question={t("growthQuestion")}
          answer={figures.subscribers > 0 && t("growthAnswer", { count: figures.subscribers })}
          kind="area"
          points={growthPoints(figures)}
          series={[{ key: "subscribers", label: t("growthSeries"), color: 1 }]}
          axis={{ kind: "time", step: "day", timeZone: "UTC", label: t("growthDay") }}
          unit={{ kind: "count", label: t("growthUnit") }}
          emptyText={t("growthEmpty")}
        />
        <Card
          title={t("facts")}
          footer={
            <Link href={`${path}/install`} className="rounded-sm text-primary-text hover:underline">
              {t("toInstall")}
            </Link>
          }
        >
          <Facts
            facts={[
              {
                label: t("installation"),
                value: (
                  <>
                    <InstallationMark site={site} />
                    {site.checkedInAt && (
                      <span className="block text-sm text-muted-foreground">
                        {t.rich("seenAt", { time: () => <Time at={site.checkedInAt ?? 0} /> })}
                      </span>
                    )}
                  </>
                ),
              },
              { label: t("prompt"), value: t(settings.prompt.enabled ? "promptOn" : "promptOff") },
              { label: t("timeZone"), value: settings.timezone.replaceAll("_", " ") },
              {
                label: t("value"),
                value:
                  settings.valuePerClick > 0
                    ? formatMoney(settings.valuePerClick, settings.currency, locale)
                    : t("noValue"),
              },
              { label: t("added"), value: <Time at={site.createdAt} /> },
            ]}
          />
        </Card>
      </div>
      <section aria-labelledby="sends" className="grid gap-3">
        <div className="flex items-baseline justify-between gap-3">
          <h2 id="sends" className="text-base font-semibold">
            {t("sends")}
          </h2>
          {campaigns.data.length > 0 && (
            <Link
              href={`${base}/campaigns?site=${site.id}`}
              className="rounded-sm text-sm text-primary-text hover:underline"
            >
              {t("allSends")}
            </Link>
          )}
        </div>
        {campaigns.data.length === 0 ? (
          <Card>
            <EmptyState
              icon={<Send />}
              title={t("noSends")}
              className="py-8"
              action={
                <Button asChild>
                  <Link href={`${base}/campaigns/new?site=${site.id}`}>{t("firstSend")}</Link>
                </Button>
              }
            />
          </Card>
        ) : (
          <CampaignTable campaigns={campaigns.data} workspaceId={ctx.workspaceId} base={base} siteNames={undefined} />
        )}
      </section>
      <RefreshWhile active everyMs={campaigns.data.some(({ status }) => status === "running") ? 3_000 : 20_000} />
    </div>
  );
}
