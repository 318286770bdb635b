import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

export type Crumb = { label: string; href?: string };

/** Where this page is. The last part is the page itself; on a phone only that one and its parent are shown. */
export function Breadcrumb({ crumbs }: { crumbs: Crumb[] }) {
  const t = useTranslations("ui");
  return (
    <nav aria-label={t("breadcrumb")} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1 text-base">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <li
              key={`${crumb.href ?? ""}${crumb.label}`}
              className={`flex min-w-0 items-center gap-1 ${index < crumbs.length - 2 ? "max-sm:hidden" : ""} ${last ? "" : "shrink-0"}`}
            >
              {crumb.href && !last ? (
                <Link href={crumb.href} className="truncate rounded-sm text-muted-foreground hover:text-foreground">
                  {crumb.label}
                </Link>
              ) : (
                <span aria-current={last ? "page" : undefined} className="truncate font-medium">
                  {crumb.label}
                </span>
              )}
              {!last && (
                <ChevronRight className="size-3.5 shrink-0 text-subtle-foreground rtl:rotate-180" aria-hidden="true" />
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
