import { Filter, Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { SearchedList } from "#components/frame/searched-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import {
  RowLink,
  Table,
  TableActions,
  TableActionsHeader,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatNumber } from "#lib/format.ts";
import { listQuery } from "#lib/http/list-query.ts";
import { SegmentFilter } from "#lib/segments/schema.ts";
import { listSegments } from "#lib/segments/segments.ts";
import { sentenceOf } from "./builder/sentence.ts";
import { namesIn } from "./rule-names.ts";
import { SegmentMenu } from "./segment-menu.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("segments"))("title") };
}

/** The workspace's segments, each with its rules as a sentence. */
export default async function SegmentsPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/segments">) {
  const [{ workspace }, query, t, locale] = await Promise.all([
    params,
    searchParams,
    getTranslations("segments"),
    getLocale(),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "segments:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const path = `${base}/segments`;
  const page = await listSegments(ctx, SegmentFilter.parse({ pageSize: 25, ...listQuery(query) }));
  const mayWrite = can(ctx, "segments:write");
  const names = await namesIn(
    ctx,
    page.data.map(({ rules }) => rules),
  );
  const newButton = mayWrite && (
    <Button variant="primary" asChild>
      <Link href={`${path}/new`}>
        <Plus aria-hidden="true" />
        {t("new")}
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} action={newButton} />
      <SearchedList
        path={path}
        query={query}
        page={page}
        searchLabel={t("search")}
        summary={(counts) => t("summaryCount", counts)}
        empty={
          <EmptyState icon={<Filter />} title={t("empty.title")} action={newButton}>
            {t("empty.text")}
          </EmptyState>
        }
      >
        <Card flush>
          <Table label={t("list")}>
            <TableHead>
              <tr>
                <TableHeader>{t("columns.name")}</TableHeader>
                <TableHeader grow hideBelow="md">
                  {t("columns.who")}
                </TableHeader>
                <TableHeader numeric>{t("columns.people")}</TableHeader>
                <TableHeader hideBelow="lg">{t("columns.counted")}</TableHeader>
                <TableActionsHeader />
              </tr>
            </TableHead>
            <TableBody>
              {page.data.map((segment) => (
                <TableRow key={segment.id}>
                  <TableCell className="max-w-56 truncate">
                    <RowLink href={`${path}/${segment.id}`}>{segment.name}</RowLink>
                  </TableCell>
                  <TableCell grow hideBelow="md" className="text-muted-foreground">
                    <span className="line-clamp-1">{sentenceOf(segment.rules, t, names)}</span>
                  </TableCell>
                  <TableCell numeric>
                    {segment.estimatedCount === null ? "–" : formatNumber(segment.estimatedCount, locale)}
                  </TableCell>
                  <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                    {segment.estimatedAt ? <Time at={segment.estimatedAt} /> : t("notCounted")}
                  </TableCell>
                  <TableActions>
                    {mayWrite && <SegmentMenu workspaceId={ctx.workspaceId} base={base} segment={segment} />}
                  </TableActions>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Card>
      </SearchedList>
    </>
  );
}
