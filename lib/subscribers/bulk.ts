import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { type BulkTags, maxTags } from "./schema.ts";

/**
 * Adds and removes tags of many people in one statement; a tag in both lists is removed. Who would have more than 200
 * tags stays as they are.
 *
 * @returns how many people were changed
 * @throws not_found one of them, and then nobody is changed
 */
export async function changeTagsOfMany(ctx: Context, { ids, add = [], remove = [] }: BulkTags): Promise<number> {
  authorize(ctx, "subscribers:write");
  const different = [...new Set(ids.map((id) => id.toLowerCase()))];
  if (!different.every(isId)) throw notFound("Subscriber");
  return db.$transaction(async (tx) => {
    const found = await tx.subscriber.count({
      where: { workspaceId: ctx.workspaceId, isDeleted: false, id: { in: different } },
    });
    if (found < different.length) throw notFound("Subscriber");
    const changed = await tx.$executeRaw`
      UPDATE subscriber u SET tags = made.tags, updated_at = now()
        FROM (SELECT o.id, ARRAY(SELECT DISTINCT tag FROM unnest(o.tags || ${add}::text[]) AS tag WHERE tag <> ALL (${remove}::text[])) AS tags
                FROM subscriber o WHERE o.workspace_id = ${ctx.workspaceId}::uuid AND o.id = ANY (${different}::uuid[]) AND NOT o.is_deleted) AS made
       WHERE u.workspace_id = ${ctx.workspaceId}::uuid AND u.id = made.id AND cardinality(made.tags) <= ${maxTags}
         AND NOT (made.tags @> u.tags AND u.tags @> made.tags)`;
    await audit(tx, ctx, {
      action: "subscriber.tags",
      entityType: "subscriber",
      details: { people: changed, add, remove },
    });
    return changed;
  });
}
