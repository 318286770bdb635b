import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign } from "#lib/campaigns/campaigns.ts";
import type { DripProgress } from "#lib/campaigns/drip-schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";

/**
 * Where the people of a welcome or triggered campaign are, from counts that move with them.
 *
 * @throws not_found
 */
export async function getDripProgress(ctx: Context, campaignId: string): Promise<DripProgress> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const counts = await db.enrollmentCount.findMany({
    where: { workspaceId: ctx.workspaceId, campaignId: campaign.id },
    orderBy: { stepKey: "asc" },
  });
  const sum = (column: "waiting" | "stopped" | "completed") => counts.reduce((total, row) => total + row[column], 0);
  const none = { waiting: 0, passed: 0, stopped: 0, completed: 0 };
  const current = campaign.steps.map(({ key }) => ({ key, isFormer: false }));
  const former = counts
    .filter(({ stepKey }) => !current.some(({ key }) => key === stepKey))
    .map(({ stepKey }) => ({ key: stepKey, isFormer: true }));
  return {
    active: sum("waiting"),
    completed: sum("completed"),
    stopped: sum("stopped"),
    steps: [...current, ...former].map((step) => {
      const { waiting, passed, stopped, completed } = counts.find(({ stepKey }) => stepKey === step.key) ?? none;
      return { ...step, waiting, passed, stopped, completed };
    }),
  };
}
