"use client";

import { Pencil } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Chart } from "#components/charts/chart.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Stat, StatStrip } from "#components/ui/stat.tsx";
import { Time } from "#components/ui/time.tsx";
import { formatInstant, formatMoney, formatNumber, formatPercent } from "#lib/format.ts";
import { type PerformanceWire, type ProgressWire, useLivePerformance, useLiveStatus } from "./live-status.ts";
import { Problems } from "./problems.tsx";
import { Runs } from "./runs.tsx";
import { SendProgress } from "./send-progress.tsx";

type OverviewProps = {
  workspaceId: string;
  campaignId: string;
  /** The campaign's address. */
  path: string;
  nextRunAt: string | null;
  /** Its runs are listed by the page; between two of them it waits. */
  repeats: boolean;
  /** It answers what happens: while nothing does there is no progress to show, and its runs are told elsewhere. */
  answers: boolean;
  /** The site's. */
  timeZone: string;
  valuePerClick: number;
  progress: ProgressWire;
  performance: PerformanceWire;
};

/** Progress, figures, days, problems and runs of a campaign; lives while it runs. */
export function Overview(props: OverviewProps) {
  const { workspaceId, campaignId, path, nextRunAt, repeats, timeZone, valuePerClick } = props;
  const t = useTranslations("campaigns");
  const locale = useLocale();
  const live = useLiveStatus(workspaceId, campaignId, props.progress);
  const progress = live.data;
  const { status, counts } = progress;
  const left = counts.queued + counts.sending;
  // Nothing is under way that would have a bar; what it waits for, or that it is paused, is said elsewhere.
  const isIdle =
    props.answers &&
    progress.statusReason === null &&
    ((status === "running" && !progress.runs.some((run) => run.status === "running")) ||
      (status === "paused" && left === 0));
  const waits = status === "scheduled" || (repeats && !progress.runs.some((run) => run.status === "running"));
  const { data: performance } = useLivePerformance(workspaceId, campaignId, props.performance, status === "running");

  if (status === "draft") {
    return (
      <div className="rounded-lg border border-border bg-card">
        <EmptyState
          icon={<Pencil />}
          title={t("status.draft")}
          action={
            <Button asChild>
              <Link href={`${path}/edit`}>{t("status.draftAction")}</Link>
            </Button>
          }
        >
          {t(repeats || props.answers ? "status.draftTextOn" : "status.draftText")}
        </EmptyState>
      </div>
    );
  }

  const days = performance.days.map((day) => ({
    x: `${day.date}T00:00:00.000Z`,
    values: { delivered: day.delivered, clicked: day.clicked },
  }));
  const share = (part: number) => (counts.sent > 0 ? formatPercent(part / counts.sent, locale) : null);

  return (
    <div className="grid gap-5">
      {live.isError && (
        <Callout tone="warning">
          {t.rich("status.offline", { time: () => <Time at={live.dataUpdatedAt} look="exact" /> })}
        </Callout>
      )}
      {waits && nextRunAt ? (
        <Callout title={t("status.scheduled", { time: formatInstant(new Date(nextRunAt), { locale, timeZone }) })}>
          {t.rich("status.scheduledIn", { time: () => <Time at={nextRunAt} /> })}
        </Callout>
      ) : (
        !isIdle && <SendProgress progress={progress} />
      )}
      {counts.recipients > 0 && (
        <>
          <StatStrip>
            <Stat label={t("figures.recipients")} value={formatNumber(counts.recipients, locale)} />
            <Stat label={t("figures.sent")} value={formatNumber(counts.sent, locale)} />
            <Stat
              label={t("figures.shown")}
              value={formatNumber(counts.delivered, locale)}
              hint={counts.sent > 0 && t("figures.shownOf", { share: share(counts.delivered) ?? "" })}
            />
            <Stat
              label={t("figures.clicked")}
              value={formatNumber(counts.clicked, locale)}
              hint={counts.dismissed > 0 && t("figures.dismissed", { count: counts.dismissed })}
            />
            <Stat label={t("figures.clickRate")} value={share(counts.clicked) ?? "–"} />
            {valuePerClick > 0 && (
              <Stat
                label={t("figures.value")}
                value={formatMoney(counts.clicked * valuePerClick, performance.currency, locale)}
                hint={t("figures.perClick", { value: formatMoney(valuePerClick, performance.currency, locale) })}
              />
            )}
          </StatStrip>
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <Chart
              question={t("chart.question")}
              answer={counts.delivered > 0 && t("chart.answer", { shown: counts.delivered, clicked: counts.clicked })}
              kind="bar"
              points={counts.delivered + counts.clicked > 0 ? days : []}
              series={[
                { key: "delivered", label: t("figures.shown"), color: 3 },
                { key: "clicked", label: t("figures.clicked"), color: 1 },
              ]}
              axis={{ kind: "time", step: "day", timeZone: "UTC", label: t("chart.day") }}
              unit={{ kind: "count", label: t("chart.unit") }}
              emptyText={t("chart.empty")}
            />
            <Problems progress={progress} path={path} />
          </div>
        </>
      )}
      {!repeats && !props.answers && progress.runs.length > 0 && (
        <Card title={t("runs.title")} flush>
          <Runs runs={progress.runs} timeZone={timeZone} />
        </Card>
      )}
    </div>
  );
}
