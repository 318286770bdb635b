import { Plus, Search, UsersRound } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages, one } from "#components/frame/page-links.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
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
import { listGroups } from "#lib/groups/groups.ts";
import { GroupFilter } from "#lib/groups/schema.ts";
import { GroupDialog } from "./group-dialog.tsx";
import { GroupMenu } from "./group-menu.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("groups"))("title") };
}

/** The workspace's groups; for a custodian those they look after. */
export default async function GroupsPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/groups">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("groups")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "groups:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const path = `${base}/groups`;
  const q = one(query, "q");
  const cursor = one(query, "cursor");
  const page = await listGroups(
    ctx,
    GroupFilter.parse({ pageSize: 25, ...(q && { search: q.slice(0, 200) }), ...(cursor && { cursor }) }),
  );
  const mayWrite = can(ctx, "groups:write");
  const newButton = mayWrite && (
    <GroupDialog
      workspaceId={ctx.workspaceId}
      path={path}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden="true" />
          {t("new")}
        </Button>
      }
    />
  );
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} action={newButton} />
      {page.data.length === 0 && !q ? (
        <EmptyState icon={<UsersRound />} title={t("empty.title")}>
          {t(mayWrite ? "empty.text" : "empty.none")}
        </EmptyState>
      ) : (
        <>
          <ListToolbar searchLabel={t("search")} />
          {page.data.length === 0 ? (
            <EmptyState
              icon={<Search />}
              title={t("empty.noMatch")}
              action={
                <Button asChild>
                  <Link href={path}>{t("empty.clear")}</Link>
                </Button>
              }
            >
              {t("empty.noMatchText")}
            </EmptyState>
          ) : (
            <Card flush>
              <Table label={t("list")}>
                <TableHead>
                  <tr>
                    <TableHeader grow>{t("columns.name")}</TableHeader>
                    <TableHeader numeric>{t("columns.people")}</TableHeader>
                    <TableHeader hideBelow="md">{t("columns.custodians")}</TableHeader>
                    <TableHeader hideBelow="sm">{t("columns.changed")}</TableHeader>
                    <TableActionsHeader />
                  </tr>
                </TableHead>
                <TableBody>
                  {page.data.map((group) => (
                    <TableRow key={group.id}>
                      <TableCell grow className="max-w-72 truncate">
                        <RowLink href={`${path}/${group.id}`}>{group.name}</RowLink>
                        {group.description && (
                          <span className="ms-2 text-muted-foreground max-sm:hidden">{group.description}</span>
                        )}
                      </TableCell>
                      <TableCell numeric>
                        {t(group.memberCountCapped ? "countCapped" : "count", { count: group.memberCount })}
                      </TableCell>
                      <TableCell hideBelow="md" className="max-w-56 truncate text-muted-foreground">
                        {group.custodians.map(({ name }) => name).join(", ") || t("noCustodians")}
                      </TableCell>
                      <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
                        <Time at={group.updatedAt} />
                      </TableCell>
                      <TableActions>
                        {mayWrite && <GroupMenu workspaceId={ctx.workspaceId} base={base} group={group} />}
                      </TableActions>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            </Card>
          )}
          <div className="mt-3">
            <Pagination
              {...keyPages(path, query, { q }, page.nextCursor)}
              summary={page.total !== undefined && t("summary", { shown: page.data.length, total: page.total })}
            />
          </div>
        </>
      )}
    </>
  );
}
