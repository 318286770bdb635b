import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, maxTotal, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { refuseInUse } from "#lib/segments/segments.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { type Custodians, type Group, GroupChanges, type GroupFilter, NewGroup } from "./schema.ts";

const include = {
  custodians: {
    include: { member: { select: { id: true, user: { select: { name: true, email: true } } } } },
    orderBy: { memberId: "asc" },
  },
} as const;
type GroupRow = Prisma.GroupGetPayload<{ include: typeof include }>;

/** Groups of the workspace, newest first; a custodian's own only. */
export async function listGroups(ctx: Context, filter: GroupFilter): Promise<Page<Group>> {
  authorize(ctx, "groups:read");
  const where: Prisma.GroupWhereInput = {
    ...visibleTo(ctx),
    ...(filter.search ? { name: { contains: filter.search, mode: "insensitive" } } : {}),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.group.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      include,
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.group.count({ where, take: countLimit }) : undefined,
  ]);
  const counts = await memberCounts(
    ctx.workspaceId,
    rows.map((row) => row.id),
  );
  return toPage(rows, filter, total, (row) => toGroup(row, counts));
}

/** @throws not_found no such group in ctx's workspace, or not one of this custodian's */
export async function getGroup(ctx: Context, id: string): Promise<Group> {
  authorize(ctx, "groups:read");
  const row = await findGroup(ctx, id);
  return toGroup(row, await memberCounts(ctx.workspaceId, [id]));
}

export async function createGroup(ctx: Context, input: NewGroup): Promise<Group> {
  authorize(ctx, "groups:write");
  const { name, description = "" } = NewGroup.parse(input);
  const id = newId();
  await db.$transaction(async (tx) => {
    await tx.group.create({ data: { id, workspaceId: ctx.workspaceId, name: name.trim(), description } });
    await audit(tx, ctx, { action: "group.create", entityType: "group", entityId: id, details: { name } });
  });
  return getGroup(ctx, id);
}

/** @throws not_found */
export async function updateGroup(ctx: Context, id: string, input: GroupChanges): Promise<Group> {
  authorize(ctx, "groups:write");
  const changes = GroupChanges.parse(input);
  await db.$transaction(async (tx) => {
    await findGroup(ctx, id, tx);
    await tx.group.update({ where: { id, workspaceId: ctx.workspaceId }, data: changes });
    const fields = Object.keys(changes);
    await audit(tx, ctx, { action: "group.update", entityType: "group", entityId: id, details: { fields } });
  });
  return getGroup(ctx, id);
}

/**
 * Hides a group; the people in it stay.
 *
 * @throws not_found · conflict a campaign that is not over uses it
 */
export async function deleteGroup(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "groups:write");
  await db.$transaction(async (tx) => {
    const { name } = await findGroup(ctx, id, tx);
    await refuseInUse(ctx, "group", id);
    await tx.group.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true } });
    await audit(tx, ctx, { action: "group.delete", entityType: "group", entityId: id, details: { name } });
  });
}

/**
 * Says who looks after a group, instead of those who did.
 *
 * @throws not_found the group, a member or a subscriber
 */
export async function setCustodians(ctx: Context, id: string, { custodians }: Custodians): Promise<Group> {
  authorize(ctx, "groups:write");
  const { workspaceId } = ctx;
  const memberIds = [...new Set(custodians.map((each) => each.memberId))];
  const subscriberIds = [...new Set(custodians.flatMap((each) => each.subscriberId ?? []))];
  if (!memberIds.every(isId)) throw notFound("Member");
  if (!subscriberIds.every(isId)) throw notFound("Subscriber");
  await db.$transaction(async (tx) => {
    await findGroup(ctx, id, tx);
    const members = await tx.member.count({ where: { workspaceId, id: { in: memberIds } } });
    if (members < memberIds.length) throw notFound("Member");
    const people = await tx.subscriber.count({ where: { workspaceId, isDeleted: false, id: { in: subscriberIds } } });
    if (people < subscriberIds.length) throw notFound("Subscriber");
    await tx.groupCustodian.deleteMany({ where: { workspaceId, groupId: id } });
    await tx.groupCustodian.createMany({
      data: memberIds.map((memberId) => ({
        workspaceId,
        groupId: id,
        memberId,
        subscriberId: custodians.find((each) => each.memberId === memberId)?.subscriberId ?? null,
      })),
    });
    await audit(tx, ctx, {
      action: "group.custodians",
      entityType: "group",
      entityId: id,
      details: { members: memberIds },
    });
  });
  return getGroup(ctx, id);
}

/** Which groups ctx may see: a custodian only those that are theirs. */
export function visibleTo(ctx: Context): Prisma.GroupWhereInput {
  const { workspaceId } = ctx;
  if (ctx.role !== "custodian") return { workspaceId, isDeleted: false };
  const userId = ctx.actor.type === "system" ? null : ctx.actor.userId;
  if (userId === null) return { workspaceId, isDeleted: false, id: { in: [] } };
  return { workspaceId, isDeleted: false, custodians: { some: { workspaceId, member: { userId, status: "active" } } } };
}

/** @throws not_found */
export async function findGroup(ctx: Context, id: string, tx: Transaction = db): Promise<GroupRow> {
  const row = isId(id) ? await tx.group.findFirst({ where: { AND: [visibleTo(ctx), { id }] }, include }) : null;
  if (!row) throw notFound("Group");
  return row;
}

/** The names of groups by id, of deleted ones too; ids of another workspace are not among them. */
export async function groupNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  authorize(ctx, "subscribers:read");
  if (ids.length === 0) return new Map();
  const rows = await db.group.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: ids.filter(isId) } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** People in each group who are not deleted, counted no further than lists count. */
async function memberCounts(workspaceId: string, ids: string[]): Promise<Map<string, number>> {
  const rows = await query<{ id: string; count: number }>(
    `SELECT g.id, (SELECT count(*)::int FROM (
         SELECT 1 FROM group_member m JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id AND NOT u.is_deleted
          WHERE m.workspace_id = $1 AND m.group_id = g.id LIMIT ${countLimit}) AS limited) AS count
       FROM unnest($2::uuid[]) AS g(id)`,
    [workspaceId, ids],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

function toGroup(row: GroupRow, counts: Map<string, number>): Group {
  const count = counts.get(row.id) ?? 0;
  return {
    ...row,
    memberCount: Math.min(count, maxTotal),
    memberCountCapped: count > maxTotal,
    custodians: row.custodians.map(({ member, subscriberId }) => ({
      memberId: member.id,
      ...member.user,
      subscriberId,
    })),
  };
}
