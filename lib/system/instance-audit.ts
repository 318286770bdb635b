import "server-only";
import { db } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import { type Operator, requireInstanceAdministrator } from "./operator.ts";
import type { InstanceAction, InstanceAuditEntry } from "./schema.ts";

type Details = Record<string, string>;

/**
 * Does something to the durable work and keeps who did it. The entry is committed when the deed is done: one that fails
 * leaves none.
 *
 * @param act returns facts worth reading later
 */
export async function audited<T extends Details>(
  operator: Operator,
  fact: { action: InstanceAction; entityId: string },
  act: () => Promise<T>,
): Promise<T> {
  return db.$transaction(
    async (tx) => {
      const id = newId();
      const { userId: actorId, requestId } = operator;
      await tx.instanceAuditEntry.create({ data: { id, actorId, requestId, ...fact } });
      const details = await act();
      if (Object.keys(details).length > 0) await tx.instanceAuditEntry.update({ where: { id }, data: { details } });
      return details;
    },
    { timeout: 15_000 },
  );
}

/**
 * What administrators did to the durable work, the latest first.
 *
 * @throws forbidden
 */
export async function listInstanceAudit(userId: string, query: PageQuery): Promise<Page<InstanceAuditEntry>> {
  await requireInstanceAdministrator(userId);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor).id;
  const rows = await db.instanceAuditEntry.findMany({
    ...(after !== undefined && { where: { id: { lt: after } } }),
    orderBy: { id: "desc" },
    take: query.pageSize + 1,
    skip: pageOffset(query),
  });
  const people = await db.user.findMany({
    where: { id: { in: [...new Set(rows.map(({ actorId }) => actorId))] } },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return toPage(rows, query, undefined, (row) => ({
    id: row.id,
    actorId: row.actorId,
    actorName: names.get(row.actorId) ?? null,
    action: row.action as InstanceAction,
    entityId: row.entityId,
    details: row.details as Details,
    createdAt: row.createdAt,
  }));
}
