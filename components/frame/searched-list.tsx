import { Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { ListToolbar } from "./list-toolbar.tsx";
import { keyPages, one, type SearchParams } from "./page-links.ts";

/**
 * A list with its search above and its pages below. `empty` stands for all of it while there is nothing at all; that
 * nothing matches is said here.
 */
export function SearchedList({
  path,
  query,
  page,
  searchLabel,
  summary,
  empty,
  children,
}: {
  path: string;
  query: SearchParams;
  page: { data: readonly unknown[]; nextCursor: string | null; total?: number | undefined };
  /** Names the search box: "Search groups". */
  searchLabel: string;
  /** "25 of 300 groups". */
  summary: (counts: { shown: number; total: number }) => ReactNode;
  empty: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations("ui.list");
  const q = one(query, "q");
  const shown = page.data.length;
  if (shown === 0 && !q && !one(query, "cursor")) return empty;
  return (
    <>
      <ListToolbar searchLabel={searchLabel} />
      {shown > 0 ? (
        children
      ) : (
        <Card flush>
          <EmptyState
            icon={<Search />}
            title={t("noMatch")}
            action={
              <Button asChild>
                <Link href={path}>{t("showAll")}</Link>
              </Button>
            }
          >
            {t("noMatchText")}
          </EmptyState>
        </Card>
      )}
      <div className="mt-3">
        <Pagination
          {...keyPages(path, query, { q }, page.nextCursor)}
          summary={page.total !== undefined && summary({ shown, total: page.total })}
        />
      </div>
    </>
  );
}
