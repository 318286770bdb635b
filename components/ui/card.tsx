import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** A framed area. With a title it is a section of the page. */
export function Card({
  title,
  description,
  actions,
  footer,
  flush,
  className,
  children,
}: {
  title?: ReactNode;
  description?: ReactNode;
  /** Buttons at the end of the title's line. */
  actions?: ReactNode;
  /** A line below, for the section's own save button or a link to more. */
  footer?: ReactNode;
  /** Lets a table or list touch the frame. */
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <section className={cn("overflow-hidden rounded-lg border border-border bg-card", className)}>
      {(title || actions) && (
        <div
          className={cn(
            "flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3",
            flush && "border-b border-border",
          )}
        >
          <div className="grid min-w-0 gap-0.5">
            {title && <h2 className="text-base font-semibold">{title}</h2>}
            {description && <p className="text-sm text-muted-foreground">{description}</p>}
          </div>
          {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
        </div>
      )}
      {children && <div className={cn(!flush && "p-4", !flush && (title || actions) && "pt-1")}>{children}</div>}
      {footer && (
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-border bg-canvas px-4 py-2.5 text-sm text-muted-foreground">
          {footer}
        </div>
      )}
    </section>
  );
}

/** A settings section: what it is on one side, its fields on the other; stacked when narrow. */
export function Section({
  title,
  description,
  children,
}: {
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-x-10 gap-y-4 border-t border-border py-8 first:border-t-0 first:pt-0 lg:grid-cols-[16rem_minmax(0,40rem)]">
      <div className="grid content-start gap-1">
        <h2 className="text-base font-semibold">{title}</h2>
        {description && <p className="text-sm text-pretty text-muted-foreground">{description}</p>}
      </div>
      <div className="grid content-start gap-5">{children}</div>
    </section>
  );
}

/** Names and values of one thing, as on a detail page's side. */
export function Facts({ facts, className }: { facts: { label: string; value: ReactNode }[]; className?: string }) {
  return (
    <dl className={cn("grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-2.5", className)}>
      {facts.map((fact) => (
        <div key={fact.label} className="contents">
          <dt className="text-muted-foreground">{fact.label}</dt>
          <dd className="min-w-0 break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
