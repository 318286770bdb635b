import "server-only";
import type { SearchParams } from "#components/frame/page-links.ts";
import { one } from "#components/frame/page-links.ts";
import type { Dashboard, DashboardRange } from "#lib/analytics/schema.ts";

/** Periods that figures are shown for, days up to today (UTC). */
export const periods = [7, 30, 90] as const;
export type Period = (typeof periods)[number];

const dayMs = 86_400_000;

/** The period of the address (`?days=`), 30 days by default. */
export function periodOf(query: SearchParams): Period {
  return periods.find((days) => String(days) === one(query, "days")) ?? 30;
}

/** The days of a period that ends today, and those of the one before it. */
export function rangesOf(days: Period, now = new Date()): { current: DashboardRange; before: DashboardRange } {
  const dayBack = (count: number) => new Date(now.getTime() - count * dayMs).toISOString().slice(0, 10);
  return {
    current: { from: dayBack(days - 1), to: dayBack(0) },
    before: { from: dayBack(2 * days - 1), to: dayBack(days) },
  };
}

/** Those who came and those who left over a range. */
export function changesOf({ days }: Dashboard): { subscribed: number; left: number } {
  return days.reduce(
    (sum, day) => ({
      subscribed: sum.subscribed + day.subscribed,
      left: sum.left + day.unsubscribed + day.lost,
    }),
    { subscribed: 0, left: 0 },
  );
}

/** Subscribers by day for a chart; none while there never was one, so that the chart says so instead of drawing a floor. */
export function growthPoints({ days }: Dashboard): { x: string; values: { subscribers: number } }[] {
  if (days.every((day) => day.subscribers === 0 && day.subscribed === 0)) return [];
  return days.map((day) => ({ x: `${day.date}T00:00:00.000Z`, values: { subscribers: day.subscribers } }));
}
