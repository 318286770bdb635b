"use client";

import { useLocale } from "next-intl";
import { formatNumber } from "#lib/format.ts";
import { cn } from "./cn.ts";

export type ProgressSegment = {
  key: string;
  label: string;
  value: number;
  tone: "neutral" | "primary" | "success" | "warning" | "danger" | "info";
};

const fills: Record<ProgressSegment["tone"], string> = {
  neutral: "fill-input",
  primary: "fill-primary",
  success: "fill-success-solid",
  warning: "fill-warning-solid",
  danger: "fill-danger-solid",
  info: "fill-info-solid",
};

const dots: Record<ProgressSegment["tone"], string> = {
  neutral: "bg-input",
  primary: "bg-primary",
  success: "bg-success-solid",
  warning: "bg-warning-solid",
  danger: "bg-danger-solid",
  info: "bg-info-solid",
};

/** A bar of parts of one whole, with the parts named below it. What is not in a segment stays empty. */
export function Progress({
  segments,
  total,
  label,
  legend = true,
  className,
}: {
  segments: ProgressSegment[];
  total: number;
  label: string;
  legend?: boolean;
  className?: string;
}) {
  const locale = useLocale();
  const whole = Math.max(total, 1);
  const done = segments.reduce((sum, segment) => sum + segment.value, 0);
  let from = 0;
  const parts = segments
    .filter((segment) => segment.value > 0)
    .map((segment) => {
      const part = { ...segment, from, width: (segment.value / whole) * 100 };
      from += part.width;
      return part;
    });
  return (
    <div className={cn("grid gap-2.5", className)}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={whole}
        aria-valuenow={Math.min(done, whole)}
        aria-valuetext={parts.map((part) => `${part.label} ${formatNumber(part.value, locale)}`).join(", ")}
        className="h-2 overflow-hidden rounded-full bg-muted"
      >
        <svg viewBox="0 0 100 1" preserveAspectRatio="none" className="size-full rtl:-scale-x-100" aria-hidden="true">
          {parts.map((part) => (
            <rect key={part.key} x={part.from} y="0" width={part.width} height="1" className={fills[part.tone]} />
          ))}
        </svg>
      </div>
      {legend && (
        <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted-foreground">
          {segments.map((segment) => (
            <li key={segment.key} className="flex items-center gap-1.5">
              <span aria-hidden="true" className={cn("size-2 rounded-full", dots[segment.tone])} />
              {segment.label}
              <span className="font-medium text-foreground tabular-nums">{formatNumber(segment.value, locale)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
