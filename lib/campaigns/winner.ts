import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { releaseRest } from "#lib/delivery/winner.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { nudge } from "#lib/events.ts";
import { findCampaign, toCampaign } from "./campaigns.ts";
import type { Campaign } from "./schema.ts";
import type { WinnerChoice } from "./variants-schema.ts";

/**
 * Chooses the winner of a running test by hand, before its time. The rest gets it at once.
 *
 * @throws not_found · validation_error no such variant · conflict there is no test, or it was decided
 */
export async function pickWinner(ctx: Context, id: string, { variant }: WinnerChoice): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const campaign = await findCampaign(ctx, id);
  const variants = toCampaign(campaign).steps[0]?.variants ?? [];
  if (variants.length > 0 && !variants[variant])
    throw invalid("variant", `There are ${variants.length} variants, counted from 0.`);
  const runId = await db.$transaction(async (tx) => {
    const run = await tx.run.findFirst({
      where: {
        workspaceId: ctx.workspaceId,
        campaignId: id,
        status: { in: ["running", "paused"] },
        decideAt: { not: null },
        winnerVariant: null,
      },
      orderBy: { id: "desc" },
    });
    const { count } = await tx.run.updateMany({
      where: { id: run?.id ?? id, workspaceId: ctx.workspaceId, winnerVariant: null },
      data: { winnerVariant: variant, winnerAt: now(), winnerBy: "person" },
    });
    if (!run || count === 0)
      throw new AppError(
        "conflict",
        `No winner is to be chosen: the campaign is ${campaign.status}, and no test of it is open.`,
      );
    await audit(tx, ctx, {
      action: "campaign.pick_winner",
      entityType: "campaign",
      entityId: id,
      details: { variant },
    });
    return run.id;
  });
  await releaseRest(ctx.workspaceId, runId);
  nudge({ kind: "deliver", workspaceId: ctx.workspaceId, runId });
  return toCampaign(await findCampaign(ctx, id));
}
