import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages, one } from "#components/frame/page-links.ts";
import { Card } from "#components/ui/card.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { getGroup, listGroups } from "#lib/groups/groups.ts";
import { listGroupMembers } from "#lib/groups/members.ts";
import { GroupMemberFilter } from "#lib/groups/schema.ts";
import { listQuery } from "#lib/http/list-query.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { listSegments } from "#lib/segments/segments.ts";
import { listMembers } from "#lib/workspaces/members.ts";
import { GroupMenu } from "../group-menu.tsx";
import { AddPeople } from "./add-people.tsx";
import { CustodiansCard } from "./custodians.tsx";
import { MemberTable } from "./member-table.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("groups"))("title") };
}

/** A group: its people, and who looks after it. */
export default async function GroupPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/groups/[groupId]">) {
  const [{ workspace, groupId }, query, t] = await Promise.all([params, searchParams, getTranslations("groups")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "groups:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const path = `${base}/groups/${groupId}`;
  const group = await orNotFound(getGroup(ctx, groupId));
  const mayWrite = can(ctx, "groups:write");
  const mayAdd = can(ctx, "groups:members");
  const q = one(query, "q");
  const all = { page: 1, pageSize: 100 };
  const [page, segments, team, groups] = await Promise.all([
    listGroupMembers(ctx, groupId, GroupMemberFilter.parse({ pageSize: 25, ...listQuery(query) })),
    mayWrite ? listSegments(ctx, all) : undefined,
    mayWrite ? listMembers(ctx, all) : undefined,
    mayAdd ? listGroups(ctx, all) : undefined,
  ]);
  return (
    <>
      <PageHeader
        title={group.name}
        description={group.description}
        crumbs={[{ label: group.name }]}
        action={
          <>
            {mayAdd && (
              <AddPeople
                workspaceId={ctx.workspaceId}
                group={group}
                segments={segments?.data ?? []}
                maySearch={mayWrite}
              />
            )}
            {mayWrite && <GroupMenu workspaceId={ctx.workspaceId} base={base} group={group} />}
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <ListToolbar searchLabel={t("detail.search")} />
          <Card
            title={t("detail.people")}
            description={t(group.memberCountCapped ? "countCapped" : "count", { count: group.memberCount })}
            flush
          >
            {page.data.length === 0 ? (
              <p className="p-4 text-pretty text-muted-foreground">
                {t(q ? "detail.noMatch" : mayWrite ? "detail.nobody" : "detail.nobodyYet")}
              </p>
            ) : (
              <MemberTable
                workspaceId={ctx.workspaceId}
                base={base}
                groupId={groupId}
                members={page.data}
                others={(groups?.data ?? []).filter(({ id }) => id !== groupId)}
                mayChange={mayAdd}
                mayOpen={can(ctx, "subscribers:read")}
              />
            )}
          </Card>
          <div className="mt-3">
            <Pagination {...keyPages(path, query, { q }, page.nextCursor)} />
          </div>
        </div>
        <div className="min-w-0">
          <CustodiansCard
            workspaceId={ctx.workspaceId}
            groupId={groupId}
            custodians={group.custodians}
            members={team?.data ?? []}
            mayWrite={mayWrite}
          />
        </div>
      </div>
    </>
  );
}
