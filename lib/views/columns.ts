import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { columnsIn, type SubscriberColumn } from "#lib/subscribers/columns.ts";
import { NewListColumns, type ViewArea } from "./schema.ts";
import { authorizeKeeping, personOf } from "./views.ts";

/** The columns that the caller chose for a list; null when none were. */
export async function chosenColumns(ctx: Context, area: ViewArea): Promise<SubscriberColumn[] | null> {
  authorize(ctx, "subscribers:read");
  const where = { workspaceId_userId_area: { workspaceId: ctx.workspaceId, userId: personOf(ctx), area } };
  const row = await db.listColumns.findUnique({ where });
  return row && columnsIn(row.columns);
}

/** Keeps the columns for the caller, wherever they sign in; null goes back to the usual ones. */
export async function chooseColumns(ctx: Context, input: NewListColumns): Promise<SubscriberColumn[] | null> {
  authorizeKeeping(ctx, input.area, false);
  const { area, columns } = NewListColumns.parse(input);
  const key = { workspaceId: ctx.workspaceId, userId: personOf(ctx), area };
  await db.$transaction(async (tx) => {
    if (columns === null) await tx.listColumns.deleteMany({ where: key });
    else
      await tx.listColumns.upsert({
        where: { workspaceId_userId_area: key },
        create: { ...key, columns },
        update: { columns },
      });
    await audit(tx, ctx, { action: "view.columns", entityType: "view", details: { area, columns } });
  });
  return columns;
}
