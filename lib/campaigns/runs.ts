import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import { findCampaign } from "./campaigns.ts";
import type { Run } from "./schema.ts";

/**
 * A campaign's firings, newest first.
 *
 * @throws not_found
 */
export async function listRuns(ctx: Context, campaignId: string, page: PageQuery): Promise<Page<Run>> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const where = { workspaceId: ctx.workspaceId, campaignId: campaign.id };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.run.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.run.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, page, total, (row) => row);
}
