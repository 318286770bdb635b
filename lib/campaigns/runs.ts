import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countsByRun, noCounts } from "#lib/delivery/counters.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import { findCampaign } from "./campaigns.ts";
import { RunRow } from "./schema.ts";

/**
 * A campaign's runs with their figures, the one that is due last first.
 *
 * @throws not_found
 */
export async function listRuns(ctx: Context, campaignId: string, page: PageQuery): Promise<Page<RunRow>> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const where = { workspaceId: ctx.workspaceId, campaignId: campaign.id };
  // One campaign has one run an instant.
  const before = page.cursor === undefined ? undefined : decodeCursor(page.cursor).by;
  const [rows, total] = await Promise.all([
    db.run.findMany({
      where: before === undefined ? where : { ...where, dueAt: { lt: new Date(before) } },
      orderBy: { dueAt: "desc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    before === undefined ? db.run.count({ where, take: countLimit }) : undefined,
  ]);
  const counts = await countsByRun(
    ctx.workspaceId,
    rows.map((row) => row.id),
  );
  return toPage(
    rows,
    page,
    total,
    (row) => ({
      ...row,
      variables: RunRow.shape.variables.parse(row.variables),
      counts: counts.get(row.id) ?? noCounts(),
    }),
    ({ id, dueAt }) => ({ id, by: dueAt.toISOString() }),
  );
}
