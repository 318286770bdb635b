import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countsByCampaign, noCounts } from "#lib/delivery/counters.ts";
import { getSegment } from "#lib/segments/segments.ts";
import type { SegmentHistory } from "./schema.ts";

/** @throws not_found */
export async function segmentHistory(ctx: Context, id: string): Promise<SegmentHistory> {
  authorize(ctx, "analytics:read");
  await getSegment(ctx, id);
  const { workspaceId } = ctx;
  const [days, campaigns] = await Promise.all([
    db.segmentDay.findMany({ where: { workspaceId, segmentId: id }, orderBy: { day: "desc" }, take: 366 }),
    db.campaign.findMany({
      where: { workspaceId, isDeleted: false, audience: { path: ["segmentId"], equals: id } },
      select: { id: true, name: true, status: true, startedAt: true },
      orderBy: { id: "desc" },
      take: 50,
    }),
  ]);
  const counts = await countsByCampaign(
    workspaceId,
    campaigns.map((campaign) => campaign.id),
  );
  return {
    days: days.reverse().map(({ day, count }) => ({ date: day.toISOString().slice(0, 10), count })),
    campaigns: campaigns.map((campaign) => ({ ...campaign, counts: counts.get(campaign.id) ?? noCounts() })),
  };
}
