"use client";

import { ChartColumn, Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { type ChartAxis, type ChartPoint, type ChartSeries, type ChartUnit, maxSeries } from "./chart-data.ts";
import { ChartTable } from "./chart-table.tsx";

// Only a page that shows a chart pays for the chart library, and only once it is on screen.
const Plot = dynamic(() => import("./plot.tsx").then((file) => file.Plot), {
  ssr: false,
  loading: () => <Skeleton className="size-full" />,
});

export type ChartKind = "line" | "area" | "bar" | "stacked-bar";

export type ChartProps = {
  /** The title, as the question that the chart answers: "How many were shown, by day?" */
  question: string;
  /** The answer in a sentence, when it is known. */
  answer?: ReactNode;
  kind: ChartKind;
  points: ChartPoint[];
  /** One to five. */
  series: ChartSeries[];
  axis: ChartAxis;
  unit: ChartUnit;
  /** What to say when there is nothing yet. */
  emptyText?: string;
  heightPx?: number;
  className?: string;
};

/** A chart with its question as title, and the same data as a table at a press. */
export function Chart({ question, answer, emptyText, heightPx = 240, className, ...data }: ChartProps) {
  const t = useTranslations("charts");
  const titleId = useId();
  const [view, setView] = useState<"chart" | "table">("chart");
  const shown = { ...data, series: data.series.slice(0, maxSeries) };
  const empty = data.points.length === 0;

  return (
    <section aria-labelledby={titleId} className={cn("rounded-lg border border-border bg-card", className)}>
      <div className="flex items-start justify-between gap-4 px-4 py-3">
        <div className="min-w-0">
          <h2 id={titleId} className="text-base font-semibold">
            {question}
          </h2>
          {answer && <p className="text-sm text-muted-foreground">{answer}</p>}
        </div>
        {!empty && (
          <Segmented
            aria-label={t("view")}
            value={view}
            onValueChange={setView}
            options={[
              { value: "chart", label: <ChartColumn aria-hidden="true" />, "aria-label": t("asChart") },
              { value: "table", label: <Table2 aria-hidden="true" />, "aria-label": t("asTable") },
            ]}
          />
        )}
      </div>
      {empty ? (
        <div style={{ height: heightPx }} className="grid place-items-center px-4 pb-4">
          <p className="max-w-xs text-center text-pretty text-muted-foreground">{emptyText ?? t("empty")}</p>
        </div>
      ) : view === "chart" ? (
        // As high as it will be, so that nothing below it moves when the chart's code has come.
        <div className="grid grid-cols-[minmax(0,1fr)] px-4 pb-3" style={{ minHeight: heightPx }}>
          <Plot {...shown} heightPx={heightPx} label={question} />
        </div>
      ) : (
        <div className="max-h-80 overflow-y-auto border-t border-border">
          <ChartTable {...shown} label={question} />
        </div>
      )}
    </section>
  );
}
