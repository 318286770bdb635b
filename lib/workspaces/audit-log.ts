import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import type { AuditEntry as AuditRow } from "#prisma/generated/client.ts";
import type { AuditEntry, AuditFilter } from "./schema.ts";

/**
 * Who did what in the workspace, newest first.
 *
 * @param filter `action` picks one action (`site.create`), or one kind of thing with a dot at the end (`site.`)
 * @throws forbidden
 */
export async function listAuditLog(ctx: Context, filter: AuditFilter): Promise<Page<AuditEntry>> {
  authorize(ctx, "audit:read");
  const { action } = filter;
  const where = {
    workspaceId: ctx.workspaceId,
    ...(action === undefined ? {} : { action: action.endsWith(".") ? { startsWith: action } : action }),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.auditEntry.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.auditEntry.count({ where, take: countLimit }) : undefined,
  ]);
  const names = await actorNames(ctx, rows);
  return toPage(rows, filter, total, (row) => ({
    id: row.id,
    actorType: row.actorType,
    actorId: row.actorId,
    actorName: names.get(row.actorId ?? "") ?? null,
    action: row.action,
    entityType: row.entityType,
    entityId: row.entityId,
    details: isRecord(row.details) ? row.details : {},
    createdAt: row.createdAt,
  }));
}

/** Names of the people and keys among the actors; of those who are gone nothing but the id is left. */
async function actorNames(ctx: Context, rows: AuditRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap(({ actorId }) => (actorId === null ? [] : [actorId])))];
  const where = { id: { in: ids } };
  const select = { id: true, name: true } as const;
  const [users, keys] = await Promise.all([
    db.user.findMany({ where, select }),
    db.apiKey.findMany({ where: { ...where, workspaceId: ctx.workspaceId }, select }),
  ]);
  return new Map([...users, ...keys].map(({ id, name }) => [id, name]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
