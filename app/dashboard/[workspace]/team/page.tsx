import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableActions, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { PageQuery } from "#lib/schema.ts";
import { listInvitations } from "#lib/workspaces/invitations.ts";
import { listMembers } from "#lib/workspaces/members.ts";
import type { Invitation, Member } from "#lib/workspaces/schema.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberMenu } from "./member-menu.tsx";
import { WithdrawButton } from "./withdraw-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("team"))("title") };
}

export default async function TeamPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/team">) {
  const { workspace } = await params;
  const cursor = cursorIn(await searchParams);
  const ctx = await pageContext(workspace);
  const t = await getTranslations("team");
  const page = PageQuery.parse({ pageSize: 50, ...(cursor && { cursor }) });
  const [members, invitations] = await Promise.all([
    listMembers(ctx, page),
    listInvitations(ctx, PageQuery.parse({ pageSize: 100 })),
  ]);
  const mayManage = can(ctx, "members:write");
  const userId = ctx.actor.type === "user" ? ctx.actor.userId : undefined;
  const here = `/dashboard/${workspace}/team`;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        action={mayManage && <InviteDialog workspaceId={ctx.workspaceId} />}
      />
      <div className="grid gap-6">
        <Card flush title={t("members")}>
          <Members
            workspaceId={ctx.workspaceId}
            members={members.data}
            userId={userId}
            mayManage={mayManage}
            isOwner={ctx.role === "owner"}
          />
        </Card>
        <Pagination
          summary={members.total === undefined ? undefined : t("count", { count: members.total })}
          previousHref={cursor === undefined ? undefined : here}
          nextHref={members.nextCursor ? `${here}?cursor=${encodeURIComponent(members.nextCursor)}` : undefined}
        />
        {(mayManage || invitations.data.length > 0) && (
          <Card flush title={t("invitations")}>
            <Invitations workspaceId={ctx.workspaceId} invitations={invitations.data} mayManage={mayManage} />
          </Card>
        )}
      </div>
    </>
  );
}

async function Members({
  workspaceId,
  members,
  userId,
  mayManage,
  isOwner,
}: {
  workspaceId: string;
  members: Member[];
  userId: string | undefined;
  mayManage: boolean;
  isOwner: boolean;
}) {
  const t = await getTranslations("team");
  return (
    <Table label={t("members")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("columns.name")}</TableHeader>
          <TableHeader>{t("columns.role")}</TableHeader>
          <TableHeader hideBelow="sm">{t("columns.status")}</TableHeader>
          <TableHeader hideBelow="md">{t("columns.joined")}</TableHeader>
          <TableHeader />
        </tr>
      </TableHead>
      <TableBody>
        {members.map(({ id, name, email, role, status, createdAt, userId: memberUserId }) => {
          const isSelf = memberUserId === userId;
          const mayManageThis = mayManage && (role !== "owner" || isOwner);
          return (
            <TableRow key={id}>
              <TableCell grow>
                <div className="flex min-w-0 items-center gap-2.5 py-1">
                  <Avatar name={name} />
                  <div className="min-w-0">
                    <p className="flex items-center gap-2 font-medium">
                      <span className="truncate">{name}</span>
                      {isSelf && <Badge>{t("you")}</Badge>}
                    </p>
                    <p className="truncate text-muted-foreground">{email}</p>
                  </div>
                </div>
              </TableCell>
              <TableCell>{t(`roles.${role}`)}</TableCell>
              <TableCell hideBelow="sm">
                <StatusBadge status={status} />
              </TableCell>
              <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
                <Time at={createdAt} />
              </TableCell>
              <TableActions>
                {(mayManageThis || isSelf) && (
                  <MemberMenu
                    workspaceId={workspaceId}
                    member={{ id, name, role, status }}
                    isSelf={isSelf}
                    mayManage={mayManageThis}
                    mayMakeOwners={isOwner}
                  />
                )}
              </TableActions>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

async function Invitations({
  workspaceId,
  invitations,
  mayManage,
}: {
  workspaceId: string;
  invitations: Invitation[];
  mayManage: boolean;
}) {
  const t = await getTranslations("team");
  if (invitations.length === 0) return <p className="px-4 py-3 text-sm text-muted-foreground">{t("nobody")}</p>;
  return (
    <Table label={t("invitations")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("columns.email")}</TableHeader>
          <TableHeader>{t("columns.role")}</TableHeader>
          <TableHeader hideBelow="sm">{t("columns.expires")}</TableHeader>
          <TableHeader />
        </tr>
      </TableHead>
      <TableBody>
        {invitations.map(({ id, email, role, expiresAt }) => (
          <TableRow key={id}>
            <TableCell grow className="font-medium">
              {email}
            </TableCell>
            <TableCell>{t(`roles.${role}`)}</TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              <Time at={expiresAt} />
            </TableCell>
            <TableActions>
              {mayManage && <WithdrawButton workspaceId={workspaceId} id={id} email={email} />}
            </TableActions>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
