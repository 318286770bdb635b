import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { checkTemplateVariables } from "#lib/content/check.ts";
import { Content } from "#lib/content/schema.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import type { Template as TemplateRow } from "#prisma/generated/client.ts";
import type { NewTemplate, Template, TemplateChanges, TemplateFilter } from "./schema.ts";

/** Templates of the workspace, newest first. */
export async function listTemplates(ctx: Context, filter: TemplateFilter): Promise<Page<Template>> {
  authorize(ctx, "templates:read");
  const where = {
    workspaceId: ctx.workspaceId,
    isDeleted: false,
    ...(filter.search ? { name: { contains: filter.search, mode: "insensitive" as const } } : {}),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.template.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.template.count({ where }) : undefined,
  ]);
  return toPage(rows, filter, total, toTemplate);
}

/** @throws not_found no such template in ctx's workspace */
export async function getTemplate(ctx: Context, id: string): Promise<Template> {
  authorize(ctx, "templates:read");
  return toTemplate(await findTemplate(ctx, id));
}

/** @throws validation_error a variable is unknown or not closed */
export async function createTemplate(ctx: Context, input: NewTemplate): Promise<Template> {
  authorize(ctx, "templates:write");
  checkTemplateVariables(input.content, "content");
  const id = newId();
  return db.$transaction(async (tx) => {
    const row = await tx.template.create({ data: { id, workspaceId: ctx.workspaceId, ...input } });
    await audit(tx, ctx, {
      action: "template.create",
      entityType: "template",
      entityId: id,
      details: { name: input.name },
    });
    return toTemplate(row);
  });
}

/** @throws not_found · validation_error */
export async function updateTemplate(ctx: Context, id: string, changes: TemplateChanges): Promise<Template> {
  authorize(ctx, "templates:write");
  if (changes.content) checkTemplateVariables(changes.content, "content");
  return db.$transaction(async (tx) => {
    await findTemplate(ctx, id, tx);
    const row = await tx.template.update({ where: { id, workspaceId: ctx.workspaceId }, data: changes });
    await audit(tx, ctx, {
      action: "template.update",
      entityType: "template",
      entityId: id,
      details: { fields: Object.keys(changes) },
    });
    return toTemplate(row);
  });
}

/** Hides a template; campaigns made from it keep their own copy of the content. */
export async function deleteTemplate(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "templates:write");
  await db.$transaction(async (tx) => {
    await findTemplate(ctx, id, tx);
    await tx.template.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true } });
    await audit(tx, ctx, { action: "template.delete", entityType: "template", entityId: id });
  });
}

async function findTemplate(ctx: Context, id: string, tx: Transaction = db): Promise<TemplateRow> {
  const row = isId(id)
    ? await tx.template.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false } })
    : null;
  if (!row) throw notFound("Template");
  return row;
}

function toTemplate(row: TemplateRow): Template {
  return { ...row, content: Content.parse(row.content) };
}
