import { useLocale, useTranslations } from "next-intl";
import { Stat, type StatProps, StatStrip } from "#components/ui/stat.tsx";
import type { Dashboard } from "#lib/analytics/schema.ts";
import { formatChange, formatMoney, formatNumber, formatPercent } from "#lib/format.ts";
import { changesOf } from "../figures.ts";

/** The totals of a period, each with its change against the one before. */
export function HomeFigures({ figures, earlier, days }: { figures: Dashboard; earlier: Dashboard; days: number }) {
  const t = useTranslations("home.figures");
  const locale = useLocale();
  const { totals, value, currency } = figures;
  const { subscribed, left } = changesOf(figures);
  const atStart = figures.subscribers - subscribed + left;
  const hasValue = value !== null && value > 0;
  const columns = hasValue ? "sm:grid-cols-3 xl:grid-cols-6" : "sm:grid-cols-5";
  const delta = (now: number, before: number, good?: boolean): StatProps["delta"] => {
    if (before <= 0) return undefined;
    const change = (now - before) / before;
    const direction = change > 0 ? "up" : change < 0 ? "down" : "flat";
    return { text: formatChange(change, locale), direction, ...(good && { good: change > 0 }) };
  };
  return (
    <>
      <StatStrip className={`${columns} max-sm:[&>:last-child:nth-child(odd)]:col-span-2`}>
        <Stat
          label={t("subscribers")}
          value={formatNumber(figures.subscribers, locale)}
          delta={delta(figures.subscribers, atStart, true)}
          hint={t("subscribersHint", { subscribed, left })}
        />
        <Stat
          label={t("sent")}
          value={formatNumber(totals.sent, locale)}
          delta={delta(totals.sent, earlier.totals.sent)}
        />
        <Stat
          label={t("shown")}
          value={formatNumber(totals.delivered, locale)}
          delta={delta(totals.delivered, earlier.totals.delivered, true)}
        />
        <Stat
          label={t("clicked")}
          value={formatNumber(totals.clicked, locale)}
          delta={delta(totals.clicked, earlier.totals.clicked, true)}
        />
        <Stat
          label={t("clickRate")}
          value={totals.sent > 0 ? formatPercent(figures.clickRate, locale) : "–"}
          delta={delta(figures.clickRate, earlier.clickRate, true)}
        />
        {hasValue && currency && (
          <Stat
            label={t("value")}
            value={formatMoney(value, currency, locale)}
            delta={delta(value, earlier.value ?? 0, true)}
          />
        )}
      </StatStrip>
      {earlier.totals.sent > 0 && <p className="mt-1.5 text-sm text-subtle-foreground">{t("against", { days })}</p>}
    </>
  );
}
