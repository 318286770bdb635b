import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** Steps through a list by key: newer and older. A direction without an address cannot be pressed. */
export function Pagination({
  previousHref,
  nextHref,
  summary,
}: {
  previousHref?: string | undefined;
  nextHref?: string | undefined;
  /** "25 of 1,204 campaigns". */
  summary?: ReactNode;
}) {
  const t = useTranslations("ui.pagination");
  if (!previousHref && !nextHref && !summary) return null;
  return (
    <nav aria-label={t("label")} className="flex items-center justify-between gap-4 text-sm text-muted-foreground">
      <span className="tabular-nums">{summary}</span>
      {(previousHref || nextHref) && (
        <span className="flex gap-2">
          <Step href={previousHref}>
            <ChevronLeft className="rtl:rotate-180" aria-hidden="true" />
            {t("previous")}
          </Step>
          <Step href={nextHref}>
            {t("next")}
            <ChevronRight className="rtl:rotate-180" aria-hidden="true" />
          </Step>
        </span>
      )}
    </nav>
  );
}

function Step({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (!href) {
    return (
      <Button size="sm" disabled>
        {children}
      </Button>
    );
  }
  return (
    <Button size="sm" asChild>
      <Link href={href}>{children}</Link>
    </Button>
  );
}
