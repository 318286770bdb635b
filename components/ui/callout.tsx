import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const looks = {
  info: { frame: "border-info-border bg-info-soft", icon: <Info className="text-info" /> },
  success: { frame: "border-success-border bg-success-soft", icon: <CircleCheck className="text-success" /> },
  warning: { frame: "border-warning-border bg-warning-soft", icon: <TriangleAlert className="text-warning" /> },
  danger: { frame: "border-danger-border bg-danger-soft", icon: <CircleAlert className="text-danger" /> },
};

/** A note within the page that stays: a state that needs attention, or what a choice will do. */
export function Callout({
  tone = "info",
  title,
  children,
  actions,
  className,
}: {
  tone?: keyof typeof looks;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  const { frame, icon } = looks[tone];
  return (
    <div
      role={tone === "danger" || tone === "warning" ? "alert" : "status"}
      className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2.5", frame, className)}
    >
      <span aria-hidden="true" className="mt-0.5 shrink-0 [&_svg]:size-4">
        {icon}
      </span>
      <div className="min-w-48 flex-1 text-foreground">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className={cn("text-pretty", title && "text-muted-foreground")}>{children}</div>}
      </div>
      {actions && <div className="flex shrink-0 gap-2">{actions}</div>}
    </div>
  );
}
