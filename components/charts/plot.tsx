"use client";

import { useLocale } from "next-intl";
import { useEffect, useRef, useState } from "react";
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  LabelList,
  Line,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from "recharts";
import { directionOf } from "#lib/i18n/locales.ts";
import type { ChartKind } from "./chart.tsx";
import {
  type ChartAxis,
  type ChartPoint,
  type ChartSeries,
  type ChartUnit,
  exactValue,
  highest,
  pointName,
  spread,
  ticksUpTo,
  tickValue,
} from "./chart-data.ts";

const colors = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)"];

// A second sign beside the colour, for eyes and printers that see no colour.
const dashes = ["0", "6 3", "2 3", "9 3 2 3", "1 4"];

const axisHeightPx = 26;
const topPx = 10;
const labelGapPx = 16;
/** Below this width the names stand above the chart instead of at the lines' ends. */
const endLabelsFromPx = 520;
const endLabelsPx = 104;
const mostBarLabels = 12;
/** Up to so many categories all have their name on the axis, cut if need be. */
const mostNames = 8;
const letterPx = 7;

export type PlotProps = {
  kind: ChartKind;
  points: ChartPoint[];
  series: ChartSeries[];
  axis: ChartAxis;
  unit: ChartUnit;
  heightPx: number;
  label: string;
};

/** The drawing itself. Its own file, so that the chart library is loaded apart. */
export function Plot({ kind, points, series, axis, unit, heightPx, label }: PlotProps) {
  const locale = useLocale();
  const frame = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(frame);
  const rtl = directionOf(locale) === "rtl";
  const bars = kind === "bar" || kind === "stacked-bar";
  const ticks = ticksUpTo(highest(points, series, kind === "stacked-bar"), unit.kind === "count");
  const top = ticks.at(-1) ?? 1;
  const endLabels = !bars && series.length > 1 && points.length > 1 && widthPx >= endLabelsFromPx;
  const legend = series.length > 1 && !endLabels;
  const chartHeightPx = heightPx - (legend ? 28 : 0);
  const margin = {
    top: topPx,
    bottom: 0,
    left: rtl && endLabels ? endLabelsPx : 4,
    right: !rtl && endLabels ? endLabelsPx : 4,
  };
  const everyName = axis.kind === "category" && points.length <= mostNames;
  const data = points.map((point) => ({ x: point.x, ...point.values }));
  const axisText = { fill: "var(--subtle-foreground)", fontSize: 12 };
  const ends = endPositions(points, series, top, chartHeightPx - topPx - axisHeightPx);

  return (
    <div style={{ minHeight: heightPx }}>
      {legend && <Legend series={series} bars={bars} />}
      {/* Sized without what is in it: what was drawn for a wide window must not keep the page wide in a narrower one. */}
      <div
        ref={frame}
        style={{ height: chartHeightPx }}
        className="relative text-xs contain-inline-size [&_svg:focus-visible]:rounded-sm"
      >
        <span className="absolute start-1 -top-0.5 z-1 bg-card pe-2 text-xs text-subtle-foreground">{unit.label}</span>
        {widthPx > 0 && (
          <ComposedChart
            width={widthPx}
            height={chartHeightPx}
            data={data}
            margin={margin}
            title={label}
            barCategoryGap="22%"
            {...(kind === "stacked-bar" ? {} : { barGap: 2 })}
          >
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis
              dataKey="x"
              reversed={rtl}
              height={axisHeightPx}
              tickLine={false}
              axisLine={{ stroke: "var(--input)" }}
              tick={axisText}
              tickMargin={8}
              minTickGap={28}
              interval={everyName ? 0 : "preserveStartEnd"}
              padding={bars ? {} : { left: 8, right: 8 }}
              tickFormatter={(x: string) => {
                const name = pointName(x, axis, locale, "short");
                return everyName ? shorten(name, Math.floor(widthPx / points.length / letterPx)) : name;
              }}
            />
            <YAxis
              orientation={rtl ? "right" : "left"}
              domain={[0, top]}
              ticks={ticks}
              width="auto"
              tickLine={false}
              axisLine={false}
              tick={axisText}
              tickMargin={6}
              tickFormatter={(value: number) => (value === top && top > 0 ? "" : tickValue(value, unit, locale))}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={bars ? { fill: "var(--muted)" } : { stroke: "var(--input)" }}
              content={(props) => (
                <Hint {...props} series={series} axis={axis} unit={unit} locale={locale} bars={bars} />
              )}
            />
            {series.map((one, index) => {
              const color = colors[(one.color ?? index + 1) - 1];
              if (bars) {
                const last = kind === "bar" || index === series.length - 1;
                return (
                  <Bar
                    key={one.key}
                    dataKey={one.key}
                    name={one.label}
                    fill={color ?? ""}
                    {...(kind === "stacked-bar" && { stackId: "all" })}
                    radius={last ? [3, 3, 0, 0] : 0}
                    maxBarSize={48}
                    isAnimationActive={false}
                  >
                    {series.length === 1 && points.length <= mostBarLabels && (
                      <LabelList
                        dataKey={one.key}
                        position="top"
                        fill="var(--muted-foreground)"
                        fontSize={12}
                        formatter={(value) => (typeof value === "number" ? tickValue(value, unit, locale) : "")}
                      />
                    )}
                  </Bar>
                );
              }
              const mark = {
                dataKey: one.key,
                name: one.label,
                stroke: color ?? "",
                strokeWidth: 2,
                strokeDasharray: series.length > 1 ? (dashes[index] ?? "0") : "0",
                // A line of one point has no length: only its dot can be seen.
                dot: points.length === 1 ? { r: 4, fill: color ?? "", strokeWidth: 0 } : false,
                activeDot: { r: 4, fill: color ?? "", stroke: "var(--card)", strokeWidth: 2 },
                isAnimationActive: false,
                type: "linear" as const,
              };
              const end = endLabels ? (
                <LabelList
                  dataKey={one.key}
                  content={({ index: at, x }) =>
                    at === points.length - 1 && typeof x === "number" ? (
                      <EndLabel x={x} y={topPx + (ends[index] ?? 0)} rtl={rtl} color={color ?? ""} text={one.label} />
                    ) : null
                  }
                />
              ) : null;
              return kind === "area" ? (
                <Area key={one.key} {...mark} fill={color ?? ""} fillOpacity={series.length > 1 ? 0.06 : 0.12}>
                  {end}
                </Area>
              ) : (
                <Line key={one.key} {...mark}>
                  {end}
                </Line>
              );
            })}
          </ComposedChart>
        )}
      </div>
    </div>
  );
}

/** Where each series' name stands, in pixels from the plot's top. */
function endPositions(points: ChartPoint[], series: ChartSeries[], top: number, plotHeightPx: number): number[] {
  const last = points.at(-1);
  const wished = series.map(({ key }) => plotHeightPx * (1 - (last?.values[key] ?? 0) / top));
  return spread(wished, labelGapPx, plotHeightPx);
}

function EndLabel({ x, y, rtl, color, text }: { x: number; y: number; rtl: boolean; color: string; text: string }) {
  const side = rtl ? -1 : 1;
  return (
    <g>
      <circle cx={x + side * 12} cy={y} r={3} fill={color} />
      <text x={x + side * 20} y={y} dy="0.35em" textAnchor="start" fill="var(--foreground)" fontSize={12}>
        {shorten(text, 13)}
      </text>
    </g>
  );
}

function shorten(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
}

function Legend({ series, bars }: { series: ChartSeries[]; bars: boolean }) {
  return (
    <ul className="flex min-h-7 flex-wrap gap-x-4 gap-y-0.5 pb-2 text-sm">
      {series.map((one, index) => (
        <li key={one.key} className="flex items-center gap-1.5">
          <Swatch index={index} color={one.color} bars={bars} />
          {one.label}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ index, color, bars }: { index: number; color: ChartSeries["color"]; bars: boolean }) {
  const paint = colors[(color ?? index + 1) - 1];
  return (
    <svg width="14" height="10" aria-hidden="true">
      {bars ? (
        <rect width="10" height="10" rx="2" fill={paint} />
      ) : (
        <line y1="5" y2="5" x2="14" stroke={paint} strokeWidth="2" strokeDasharray={dashes[index]} />
      )}
    </svg>
  );
}

function Hint({
  active,
  label,
  payload,
  series,
  axis,
  unit,
  locale,
  bars,
}: TooltipContentProps & { series: ChartSeries[]; axis: ChartAxis; unit: ChartUnit; locale: string; bars: boolean }) {
  if (!active || label === undefined) return null;
  return (
    <div className="min-w-36 rounded-md bg-popover px-3 py-2 text-sm shadow-overlay">
      <p className="mb-1 font-medium">{pointName(String(label), axis, locale, "full")}</p>
      {series.map((one, index) => {
        const value = payload.find((entry) => entry.dataKey === one.key)?.value;
        return (
          <p key={one.key} className="flex items-center gap-2 text-muted-foreground">
            <Swatch index={index} color={one.color} bars={bars} />
            <span className="flex-1">{one.label}</span>
            <span className="ms-3 font-medium text-foreground tabular-nums">
              {exactValue(typeof value === "number" ? value : null, unit, locale)}
            </span>
          </p>
        );
      })}
    </div>
  );
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [widthPx, setWidthPx] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return widthPx;
}
