"use client";

import { useLocale, useTranslations } from "next-intl";
import { Callout } from "#components/ui/callout.tsx";
import { cn } from "#components/ui/cn.ts";
import { Progress, type ProgressSegment } from "#components/ui/progress.tsx";
import { Time } from "#components/ui/time.tsx";
import { formatDuration, formatNumber } from "#lib/format.ts";
import type { ProgressWire } from "./live-status.ts";

const dots = {
  clicked: "bg-primary",
  shown: "bg-success-solid",
  sent: "bg-info-solid",
  failed: "bg-danger-solid",
  expired: "bg-warning-solid",
  other: "bg-input",
  queued: "border border-input bg-muted",
} as const;

/** The bar of a send with its rate, its end and what stands in the way. */
export function SendProgress({ progress }: { progress: ProgressWire }) {
  const t = useTranslations("campaigns.status");
  const locale = useLocale();
  const { status, counts, perSecond, finishesAt } = progress;
  const left = counts.queued + counts.sending;
  const done = counts.recipients - left;
  const lost = counts.failed + counts.unknown;
  const other = counts.skipped + counts.cancelled;
  const clicked = Math.min(counts.clicked, counts.sent);
  const shown = Math.max(Math.min(counts.delivered, counts.sent) - clicked, 0);

  if (counts.recipients === 0) {
    if (status === "running") return <Callout>{t("preparing")}</Callout>;
    if (status === "completed") return <Callout tone="warning">{t("nobody")}</Callout>;
  }

  const segments: ProgressSegment[] = [
    { key: "clicked", label: t("clicked"), value: clicked, tone: "primary" },
    { key: "shown", label: t("shown"), value: shown, tone: "success" },
    { key: "sent", label: t("sent"), value: Math.max(counts.sent - clicked - shown, 0), tone: "info" },
    { key: "failed", label: t("failed"), value: lost, tone: "danger" },
    { key: "expired", label: t("expired"), value: counts.expired, tone: "warning" },
    { key: "other", label: t("other"), value: other, tone: "neutral" },
  ];
  const legend = [
    { key: "sent", value: counts.sent },
    { key: "shown", value: counts.delivered },
    { key: "clicked", value: counts.clicked },
    { key: "failed", value: lost },
    ...(counts.expired > 0 ? [{ key: "expired" as const, value: counts.expired }] : []),
    ...(other > 0 ? [{ key: "other" as const, value: other }] : []),
    ...(left > 0 || status === "running" ? [{ key: "queued" as const, value: left }] : []),
  ] as const;

  return (
    <section aria-label={t("live")} className="grid gap-3 rounded-lg border border-border bg-card p-4">
      {counts.recipients > 0 && (
        <>
          <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
            <p className="font-medium tabular-nums">{t("progress", { done, total: counts.recipients })}</p>
            <p className="text-sm text-muted-foreground tabular-nums" aria-live="off">
              {status === "running" && left > 0 && progress.ratePerMinute !== null && (
                <>{t("ownRate", { rate: progress.ratePerMinute })} · </>
              )}
              <Pace status={status} perSecond={perSecond} finishesAt={finishesAt} left={left} />
              <Ended progress={progress} />
            </p>
          </div>
          <Progress segments={segments} total={counts.recipients} label={t("bar")} legend={false} />
          <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted-foreground">
            {legend.map(({ key, value }) => (
              <li key={key} className="flex items-center gap-1.5">
                <span aria-hidden="true" className={cn("size-2 rounded-full", dots[key])} />
                {t(key)}
                <span className="font-medium text-foreground tabular-nums">{formatNumber(value, locale)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {left > 0 && <Slowed progress={progress} />}
      {status === "paused" && (
        <Callout tone="warning">{progress.statusReason === null ? t("pausedText", { left }) : t("pausedBy")}</Callout>
      )}
      {status === "failed" && (
        <Callout tone="danger">{t("failedText", { reason: progress.statusReason ?? "–" })}</Callout>
      )}
      {counts.recipients === 0 && status === "cancelled" && <Ended progress={progress} />}
    </section>
  );
}

/** Push services that take its messages slowly now, or not at all: each once, whatever its keys. */
function Slowed({ progress: { slowed } }: { progress: ProgressWire }) {
  const t = useTranslations("campaigns.status");
  const services = [...new Map(slowed.map((service) => [`${service.origin} ${service.reason}`, service])).values()];
  return services.map(({ origin, reason, ratePerMinute, heldUntil }) => {
    const values = { service: origin.replace("https://", ""), rate: ratePerMinute ?? 0 };
    const time = () => <Time at={heldUntil ?? ""} />;
    return (
      <Callout key={`${origin} ${reason}`} tone="warning">
        {ratePerMinute !== null
          ? t("slowedTo", values)
          : heldUntil === null
            ? t("stoppedBy", values)
            : t.rich(reason === "rate_limited" ? "heldUntil" : "downUntil", { ...values, time })}
      </Callout>
    );
  });
}

function Pace({
  status,
  perSecond,
  finishesAt,
  left,
}: Pick<ProgressWire, "status" | "perSecond" | "finishesAt"> & { left: number }) {
  const t = useTranslations("campaigns.status");
  const locale = useLocale();
  if (status !== "running" || left === 0 || perSecond <= 0) return null;
  const seconds = finishesAt ? (Date.parse(finishesAt) - Date.now()) / 1000 : left / perSecond;
  return (
    <span suppressHydrationWarning>
      {t("rate", { rate: Math.round(perSecond * 10) / 10 })} ·{" "}
      {t("left", { time: formatDuration(Math.max(seconds, 1), locale) })}
    </span>
  );
}

function Ended({ progress }: { progress: ProgressWire }) {
  const t = useTranslations("campaigns.status");
  const finishedAt = progress.runs.find((run) => run.finishedAt)?.finishedAt;
  if (!finishedAt || progress.status === "running" || progress.status === "paused") return null;
  return <>{t.rich("finished", { time: () => <Time at={finishedAt} /> })}</>;
}
