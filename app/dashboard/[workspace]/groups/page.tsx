import { Plus, UsersRound } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
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
import { listGroups } from "#lib/groups/groups.ts";
import { GroupFilter } from "#lib/groups/schema.ts";
import { listQuery } from "#lib/http/list-query.ts";
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
  const page = await listGroups(ctx, GroupFilter.parse({ pageSize: 25, ...listQuery(query) }));
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
      <SearchedList
        path={path}
        query={query}
        page={page}
        searchLabel={t("search")}
        summary={(counts) => t("summary", counts)}
        empty={
          <EmptyState icon={<UsersRound />} title={t("empty.title")}>
            {t(mayWrite ? "empty.text" : "empty.none")}
          </EmptyState>
        }
      >
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
      </SearchedList>
    </>
  );
}
