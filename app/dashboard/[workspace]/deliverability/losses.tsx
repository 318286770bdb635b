import { useTranslations } from "next-intl";
import { Chart } from "#components/charts/chart.tsx";
import { maxSeries } from "#components/charts/chart-data.ts";
import type { Health } from "#lib/analytics/health-schema.ts";
import type deliverability from "#lib/i18n/messages/en/deliverability.json";

type Reason = keyof typeof deliverability.reasons;
const known: Record<Exclude<Reason, "other">, true> = {
  gone: true,
  unsubscribed: true,
  replaced: true,
  invalid_keys: true,
  key_retired: true,
  deleted: true,
  erased: true,
};
const colors = [1, 2, 3, 4, 5] as const;

/** Why devices were lost, by day: the most frequent reasons by name, the others together. */
export function Losses({ health: { losses, days } }: { health: Health }) {
  const t = useTranslations("deliverability");
  const isKnown = (reason: string): reason is Reason => Object.hasOwn(known, reason);
  const named = losses
    .map(({ reason }) => reason)
    .filter(isKnown)
    .slice(0, maxSeries - 1);
  const isNamed = (reason: string) => named.some((each) => each === reason);
  const keys: Reason[] = losses.some(({ reason }) => !isNamed(reason)) ? [...named, "other"] : named;
  const points = days.map(({ date, lost }) => {
    const of = (key: Reason) =>
      lost
        .filter(({ reason }) => (key === "other" ? !isNamed(reason) : reason === key))
        .reduce((sum, { count }) => sum + count, 0);
    return { x: `${date}T00:00:00.000Z`, values: Object.fromEntries(keys.map((key) => [key, of(key)])) };
  });
  return (
    <Chart
      question={t("losses.question")}
      answer={t("losses.answer", { count: losses.reduce((sum, { count }) => sum + count, 0) })}
      kind="stacked-bar"
      points={keys.length === 0 ? [] : points}
      series={keys.map((key, index) => ({ key, label: t(`reasons.${key}`), color: colors[index] ?? 5 }))}
      axis={{ kind: "time", step: "day", timeZone: "UTC", label: t("losses.day") }}
      unit={{ kind: "count", label: t("losses.unit") }}
      emptyText={t("losses.empty")}
    />
  );
}
