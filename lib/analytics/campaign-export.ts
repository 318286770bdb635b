import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { type Cell, csvStream } from "#lib/csv.ts";
import { db } from "#lib/db.ts";
import { countsByCampaign, noCounts } from "#lib/delivery/counters.ts";

const pageSize = 500;
const figures = [
  "recipients",
  "queued",
  "sent",
  "failed",
  "expired",
  "skipped",
  "delivered",
  "clicked",
  "dismissed",
] as const;

/** All campaigns with their figures as CSV, oldest first, a page at a time. */
export function streamCampaigns(ctx: Context): ReadableStream<Uint8Array> {
  authorize(ctx, "campaigns:read");
  const { workspaceId } = ctx;
  let after = "00000000-0000-0000-0000-000000000000";
  const header = ["id", "name", "type", "channel", "status", "startedAt", "finishedAt", "createdAt", ...figures];
  return csvStream(header, async () => {
    const rows = await db.campaign.findMany({
      where: { workspaceId, isDeleted: false, id: { gt: after } },
      orderBy: { id: "asc" },
      take: pageSize,
    });
    after = rows.at(-1)?.id ?? after;
    const counts = await countsByCampaign(
      workspaceId,
      rows.map(({ id }) => id),
    );
    return rows.map((row): Cell[] => {
      const counted = counts.get(row.id) ?? noCounts();
      const { id, name, type, channel, status, startedAt, finishedAt, createdAt } = row;
      return [id, name, type, channel, status, startedAt, finishedAt, createdAt, ...figures.map((key) => counted[key])];
    });
  });
}
