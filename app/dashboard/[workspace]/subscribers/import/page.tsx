import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Card } from "#components/ui/card.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatNumber } from "#lib/format.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { listImports } from "#lib/imports/imports.ts";
import { ImportState } from "./import-state.tsx";
import { UploadCard } from "./upload-card.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("imports"))("title") };
}

/** A file of subscribers to bring in, and what came of earlier ones. */
export default async function ImportsPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/subscribers/import">) {
  const [{ workspace }, query, t, locale] = await Promise.all([
    params,
    searchParams,
    getTranslations("imports"),
    getLocale(),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "subscribers:read")) return <NoPermission />;
  const path = `/dashboard/${workspace}/subscribers/import`;
  const cursor = cursorIn(query);
  const page = await listImports(ctx, { page: 1, pageSize: 10, ...(cursor && { cursor }) });
  const isBusy = page.data.some(({ status }) => status === "running" || status === "checking");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} crumbs={[{ label: t("title") }]} />
      <div className="grid gap-6">
        {can(ctx, "subscribers:write") && <UploadCard workspaceId={ctx.workspaceId} path={path} />}
        {page.data.length > 0 && (
          <Card title={t("list.title")} flush>
            <Table label={t("list.title")}>
              <TableHead>
                <tr>
                  <TableHeader grow>{t("list.file")}</TableHeader>
                  <TableHeader>{t("list.state")}</TableHeader>
                  <TableHeader numeric>{t("list.rows")}</TableHeader>
                  <TableHeader numeric hideBelow="sm">
                    {t("outcomes.failed")}
                  </TableHeader>
                  <TableHeader hideBelow="md">{t("list.when")}</TableHeader>
                </tr>
              </TableHead>
              <TableBody>
                {page.data.map((each) => (
                  <TableRow key={each.id}>
                    <TableCell grow>
                      <RowLink href={`${path}/${each.id}`}>{each.fileName}</RowLink>
                    </TableCell>
                    <TableCell>
                      <ImportState status={each.status} />
                    </TableCell>
                    <TableCell numeric>{formatNumber(each.rows, locale)}</TableCell>
                    <TableCell numeric hideBelow="sm">
                      {formatNumber(each.failed, locale)}
                    </TableCell>
                    <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
                      <Time at={each.createdAt} />
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </Card>
        )}
        {(page.nextCursor || cursor) && <Pagination {...keyPages(path, query, {}, page.nextCursor)} summary={false} />}
      </div>
      <RefreshWhile active={isBusy} everyMs={3_000} />
    </>
  );
}
