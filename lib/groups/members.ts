import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { Parameters, segmentCondition } from "#lib/segments/rules.ts";
import { findSegment } from "#lib/segments/segments.ts";
import { searchCondition } from "#lib/subscribers/search.ts";
import { findGroup } from "./groups.ts";
import type { GroupMember, GroupMemberFilter, MemberSelection, MembersChanged } from "./schema.ts";

/**
 * The people of a group, newest first.
 *
 * @throws not_found no such group, or not one of this custodian's
 */
export async function listGroupMembers(
  ctx: Context,
  groupId: string,
  filter: GroupMemberFilter,
): Promise<Page<GroupMember>> {
  authorize(ctx, "groups:read");
  await findGroup(ctx, groupId);
  const after = filter.cursor === undefined ? null : decodeCursor(filter.cursor).id;
  const parameters = new Parameters(2);
  const search = filter.search?.trim() ? ` AND ${searchCondition(filter.search, parameters)}` : "";
  const from = `FROM group_member m JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id
    WHERE m.workspace_id = $1 AND m.group_id = $2 AND NOT u.is_deleted${search}`;
  const place = 2 + parameters.values.length;
  const values = [ctx.workspaceId, groupId, ...parameters.values];
  const [rows, counted] = await Promise.all([
    query<GroupMember>(
      `SELECT u.id, u.external_id AS "externalId", u.name, u.tags, u.is_active AS "isActive", u.last_seen_at AS "lastSeenAt" ${from}
          AND ($${place + 1}::uuid IS NULL OR m.subscriber_id < $${place + 1})
        ORDER BY m.subscriber_id DESC LIMIT $${place + 2} OFFSET $${place + 3}`,
      [...values, after, filter.pageSize + 1, pageOffset(filter)],
    ),
    after === null
      ? query<{ count: number }>(
          `SELECT count(*)::int AS count FROM (SELECT 1 ${from} LIMIT ${countLimit}) AS limited`,
          values,
        )
      : undefined,
  ]);
  return toPage(rows, filter, counted?.[0]?.count, (row) => row);
}

/**
 * Puts people into a group: by id, by external id, or whomever a segment picks now. Repeatable. People that a segment
 * picks do not pass through this process.
 *
 * @throws not_found the group, the segment, or a person by id; nobody is added then
 */
export function addGroupMembers(ctx: Context, groupId: string, selection: MemberSelection): Promise<MembersChanged> {
  authorize(ctx, "groups:write");
  return change(
    { ctx, groupId, selection, action: "group.add_members" },
    (from) =>
      `INSERT INTO group_member (workspace_id, group_id, subscriber_id) SELECT $1::uuid, $2::uuid, u.id ${from} ON CONFLICT DO NOTHING`,
  );
}

/** Takes people out of a group; the people stay. @throws not_found the group, the segment, or a person by id */
export function removeGroupMembers(ctx: Context, groupId: string, selection: MemberSelection): Promise<MembersChanged> {
  authorize(ctx, "groups:write");
  return change(
    { ctx, groupId, selection, action: "group.remove_members" },
    (from) =>
      `DELETE FROM group_member m WHERE m.workspace_id = $1::uuid AND m.group_id = $2::uuid AND m.subscriber_id IN (SELECT u.id ${from})`,
  );
}

interface Change {
  ctx: Context;
  groupId: string;
  selection: MemberSelection;
  action: string;
}

/** Many people are one statement and one audit entry with the count. */
async function change(
  { ctx, groupId, selection, action }: Change,
  statement: (from: string) => string,
): Promise<MembersChanged> {
  const parameters = new Parameters(2);
  const condition = await conditionOf(ctx, selection, parameters);
  const from = `FROM subscriber u WHERE u.workspace_id = $1 AND NOT u.is_deleted AND ${condition}`;
  return db.$transaction(
    async (tx) => {
      await findGroup(ctx, groupId, tx);
      const changed = await tx.$executeRawUnsafe(statement(from), ctx.workspaceId, groupId, ...parameters.values);
      await audit(tx, ctx, { action, entityType: "group", entityId: groupId, details: { people: changed } });
      return { changed, unknown: await unknownOf(ctx, selection, tx) };
    },
    { timeout: 120_000 },
  );
}

async function conditionOf(ctx: Context, selection: MemberSelection, parameters: Parameters): Promise<string> {
  if (selection.segmentId !== undefined) {
    const segment = await findSegment(ctx, selection.segmentId);
    return `NOT u.is_test AND ${segmentCondition(segment, parameters, now())}`;
  }
  if (selection.ids) return `u.id = ANY (${parameters.add(selection.ids.filter(isId))}::uuid[])`;
  return `u.external_id = ANY (${parameters.add(selection.externalIds ?? [])}::text[])`;
}

/** Which of the given external ids are nobody's. @throws not_found an id is nobody's of this workspace */
async function unknownOf(ctx: Context, { ids, externalIds }: MemberSelection, tx: Transaction): Promise<string[]> {
  const { workspaceId } = ctx;
  if (ids) {
    const different = [...new Set(ids.map((id) => id.toLowerCase()))];
    if (!different.every(isId)) throw notFound("Subscriber");
    const found = await tx.subscriber.count({ where: { workspaceId, isDeleted: false, id: { in: different } } });
    if (found < different.length) throw notFound("Subscriber");
    return [];
  }
  if (!externalIds) return [];
  const found = await tx.subscriber.findMany({
    where: { workspaceId, isDeleted: false, externalId: { in: externalIds } },
    select: { externalId: true },
  });
  const known = new Set(found.map((each) => each.externalId));
  return [...new Set(externalIds)].filter((each) => !known.has(each));
}
