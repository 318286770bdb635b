import { formatCompact, formatInstant, formatMoney, formatNumber, formatPercent, formatTick } from "#lib/format.ts";

/** One line, area or kind of bar. At most five in a chart: more cannot be told apart. */
export type ChartSeries = {
  key: string;
  label: string;
  /** One of the five chart colours, so that a series keeps its own from chart to chart; by default its place. */
  color?: 1 | 2 | 3 | 4 | 5;
};

/** One place on the x axis with a value for each series; `null` is "not known", drawn as a gap. */
export type ChartPoint = { x: string; values: Record<string, number | null> };

/** `time`: `x` is an ISO instant, the start of its step. `category`: `x` is a name. */
export type ChartAxis =
  | { kind: "time"; step: "hour" | "day" | "month"; timeZone: string; label: string }
  | { kind: "category"; label: string };

/** How values read. `percent` takes shares of one. */
export type ChartUnit =
  | { kind: "count"; label: string }
  | { kind: "percent"; label: string }
  | { kind: "money"; currency: string; label: string };

export const maxSeries = 5;

/** A value in full, for tooltips and tables. */
export function exactValue(value: number | null | undefined, unit: ChartUnit, locale: string): string {
  if (value === null || value === undefined) return "–";
  if (unit.kind === "percent") return formatPercent(value, locale, 2);
  if (unit.kind === "money") return formatMoney(value, unit.currency, locale);
  return formatNumber(value, locale);
}

/** A value in short, for the axis. */
export function tickValue(value: number, unit: ChartUnit, locale: string): string {
  if (unit.kind === "percent") return formatPercent(value, locale, value > 0 && value < 0.02 ? 1 : 0);
  if (unit.kind === "money" && value < 10_000) return formatMoney(value, unit.currency, locale);
  return formatCompact(value, locale);
}

/** The name of a place on the x axis: short on the axis, in full in tooltip and table. */
export function pointName(x: string, axis: ChartAxis, locale: string, length: "short" | "full"): string {
  if (axis.kind === "category") return x;
  const at = new Date(x);
  const options = { locale, timeZone: axis.timeZone };
  if (length === "short" || axis.step === "month") return formatTick(at, axis.step, options);
  return formatInstant(at, { ...options, precision: axis.step === "day" ? "day" : "minute" });
}

/**
 * Round steps from zero to at least the largest value: 4 to 6 ticks, each 1, 2, 2.5 or 5 times a power of ten. Counts
 * are whole, so their step is never below one.
 */
export function ticksUpTo(max: number, wholeNumbers: boolean): number[] {
  const rough = Math.max(max, 0) / 4;
  if (rough === 0) return wholeNumbers ? [0, 1] : [0, 0.01];
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10;
  const step = wholeNumbers ? Math.max(1, Math.ceil(factor * power)) : factor * power;
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The highest value drawn: of one series, or of a pile when they are stacked. */
export function highest(points: ChartPoint[], series: ChartSeries[], stacked: boolean): number {
  const tops = points.map((point) => {
    const values = series.map(({ key }) => point.values[key] ?? 0);
    return stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  });
  return Math.max(0, ...tops);
}

/** Moves labels apart so that none is nearer to the next than `gap`, staying within 0 and `limit`; order is kept. */
export function spread(positions: number[], gap: number, limit: number): number[] {
  const order = positions.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  let last = Number.NEGATIVE_INFINITY;
  for (const label of order) {
    label.y = Math.max(label.y, last + gap);
    last = label.y;
  }
  let next = limit + gap;
  for (const label of order.toReversed()) {
    label.y = Math.min(label.y, next - gap);
    next = label.y;
  }
  return order.sort((a, b) => a.index - b.index).map((label) => label.y);
}
