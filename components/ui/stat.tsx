import { TrendingDown, TrendingUp } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export type StatProps = {
  label: ReactNode;
  /** Already formatted for the locale. */
  value: ReactNode;
  /** The change against what `hint` names: "+12.4%". */
  delta?: { text: string; direction: "up" | "down" | "flat"; good?: boolean } | undefined;
  hint?: ReactNode;
};

/** One figure of a summary strip. */
export function Stat({ label, value, delta, hint }: StatProps) {
  return (
    <div className="grid min-w-0 content-start gap-0.5 px-4 py-3">
      <dt className="truncate text-sm text-muted-foreground">{label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-xl font-semibold tracking-tight tabular-nums">{value}</span>
        {delta && (
          <span
            className={cn(
              "inline-flex items-center gap-1 text-sm tabular-nums",
              delta.direction === "flat" || delta.good === undefined
                ? "text-muted-foreground"
                : delta.good
                  ? "text-success"
                  : "text-danger",
            )}
          >
            {delta.direction === "up" && <TrendingUp className="size-3.5" aria-hidden="true" />}
            {delta.direction === "down" && <TrendingDown className="size-3.5" aria-hidden="true" />}
            {delta.text}
          </span>
        )}
        {hint && <span className="w-full text-sm text-subtle-foreground">{hint}</span>}
      </dd>
    </div>
  );
}

/** The summary strip of a page: two to six `Stat`s in one frame. */
export function StatStrip({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={cn(
        "grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-border bg-border sm:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] [&>*]:bg-card",
        className,
      )}
    >
      {children}
    </dl>
  );
}
