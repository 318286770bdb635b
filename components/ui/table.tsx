import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { scrollRegion } from "./scroll-region.ts";

/** A list as rows of 40 px. It scrolls sideways inside its own frame when narrow; hide lesser columns first (`hideBelow`). */
export function Table({ className, label, ...rest }: ComponentProps<"table"> & { label: string }) {
  return (
    <section className="relative w-full overflow-x-auto" aria-label={label} {...scrollRegion}>
      <table aria-label={label} className={cn("w-full border-collapse text-sm", className)} {...rest} />
    </section>
  );
}

export function TableHead({ className, ...rest }: ComponentProps<"thead">) {
  return <thead className={cn("text-muted-foreground", className)} {...rest} />;
}

export function TableBody({ className, ...rest }: ComponentProps<"tbody">) {
  return <tbody className={cn("[&>tr:last-child]:border-b-0", className)} {...rest} />;
}

/** A row. Give the cell that names the thing a `RowLink` and the whole row opens it. */
export function TableRow({ className, selected, ...rest }: ComponentProps<"tr"> & { selected?: boolean }) {
  return (
    <tr
      data-selected={selected || undefined}
      className={cn(
        "relative border-b border-border transition-colors data-selected:bg-primary-soft/50 has-[a[data-row-link]]:hover:bg-muted/60",
        className,
      )}
      {...rest}
    />
  );
}

type CellProps = {
  /** Right-aligned, tabular figures. */
  numeric?: boolean;
  /** Leaves the column out on screens narrower than this. */
  hideBelow?: "sm" | "md" | "lg" | "xl" | undefined;
  /** Takes the width that the other columns leave and cuts its text with "…": for the column that names the thing. */
  grow?: boolean;
};

const growing = "w-full min-w-36 max-w-0 truncate";

const hidden = { sm: "max-sm:hidden", md: "max-md:hidden", lg: "max-lg:hidden", xl: "max-xl:hidden" };

export function TableHeader({ className, numeric, hideBelow, grow, ...rest }: ComponentProps<"th"> & CellProps) {
  return (
    <th
      scope="col"
      className={cn(
        "h-9 border-b border-border px-3 text-start text-xs font-medium whitespace-nowrap first:ps-4 last:pe-4",
        numeric && "text-end",
        grow && growing,
        hideBelow && hidden[hideBelow],
        className,
      )}
      {...rest}
    />
  );
}

export function TableCell({ className, numeric, hideBelow, grow, ...rest }: ComponentProps<"td"> & CellProps) {
  return (
    <td
      className={cn(
        "h-10 px-3 py-1.5 first:ps-4 last:pe-4",
        numeric && "text-end tabular-nums whitespace-nowrap",
        grow && growing,
        hideBelow && hidden[hideBelow],
        className,
      )}
      {...rest}
    />
  );
}

/** The link of a row: its name, and a press anywhere else on the row that is not a control. */
export function RowLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      data-row-link=""
      className={cn(
        "font-medium text-foreground outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring",
        className,
      )}
      {...rest}
    />
  );
}

/** The head of the column of actions, named for assistive technology only. */
export function TableActionsHeader() {
  const t = useTranslations("ui.list");
  return (
    <TableHeader className="w-px">
      <span className="sr-only">{t("actions")}</span>
    </TableHeader>
  );
}

/** The last cell: the "…" menu or a button, above the row's link. */
export function TableActions({ className, children, ...rest }: ComponentProps<"td">) {
  return (
    <td className={cn("h-10 w-px px-3 last:pe-2", className)} {...rest}>
      <div className="relative z-1 flex items-center justify-end gap-1">{children}</div>
    </td>
  );
}
