import type { ReactNode } from "react";
import type { Crumb } from "#components/ui/breadcrumb.tsx";
import { PageCrumbs } from "./crumbs.tsx";

/** The head of a page: what it is, one line of what it is for, one primary action. */
export function PageHeader({
  title,
  description,
  badge,
  action,
  crumbs,
}: {
  title: ReactNode;
  description?: ReactNode;
  /** A state beside the title. */
  badge?: ReactNode;
  /** One primary button, at the end; lesser ones before it. */
  action?: ReactNode;
  /** For pages below an area's first: the parts of the breadcrumb after the area, this page last. */
  crumbs?: Crumb[];
}) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      {crumbs && <PageCrumbs crumbs={crumbs} />}
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {badge}
        </div>
        {description && <p className="max-w-2xl text-pretty text-muted-foreground">{description}</p>}
      </div>
      {action && <div className="flex flex-wrap items-center gap-2">{action}</div>}
    </header>
  );
}
