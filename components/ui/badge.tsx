import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export type Tone = "neutral" | "primary" | "success" | "warning" | "danger" | "info";

const badgeTones: Record<Tone, string> = {
  neutral: "border-border bg-muted text-muted-foreground",
  primary: "border-transparent bg-primary-soft text-primary-text",
  success: "border-success-border bg-success-soft text-success",
  warning: "border-warning-border bg-warning-soft text-warning",
  danger: "border-danger-border bg-danger-soft text-danger",
  info: "border-info-border bg-info-soft text-info",
};

/** A word about a thing: a tag, a kind, a count. */
export function Badge({
  tone = "neutral",
  icon,
  className,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 align-middle text-xs font-medium whitespace-nowrap tabular-nums [&_svg]:size-3",
        badgeTones[tone],
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
