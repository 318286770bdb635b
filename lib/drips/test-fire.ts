import "server-only";
import type { z } from "zod";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign } from "#lib/campaigns/campaigns.ts";
import type { TriggeredTrigger } from "#lib/campaigns/drip-schema.ts";
import { Trigger } from "#lib/campaigns/schema.ts";
import { sendTest } from "#lib/campaigns/test-send.ts";
import type { Content } from "#lib/content/schema.ts";
import { variablesOf as variablesUsedIn } from "#lib/content/variables.ts";
import type { Context } from "#lib/context.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { rulesOf } from "#lib/segments/grammar.ts";
import { conditionHolds } from "#lib/segments/rules.ts";
import { variablesOf } from "./event-variables.ts";
import { newestProperties } from "./newest-event.ts";
import type { TestFire, TestFired } from "./schema.ts";

/**
 * Fires a triggered campaign for chosen devices or people only, with properties as if from an event: its first step, at
 * once, outside every counter and cooldown. The history shows it as a test.
 *
 * @throws not_found the campaign, or none of the devices is ours · conflict it is not triggered · empty_audience
 */
export async function testFire(ctx: Context, campaignId: string, input: TestFire): Promise<TestFired> {
  authorize(ctx, "campaigns:send");
  const campaign = await findCampaign(ctx, campaignId);
  const trigger = Trigger.parse(campaign.trigger);
  if (trigger.type !== "triggered")
    throw new AppError("conflict", `A ${trigger.type} campaign has no event to try. Send a test instead.`);
  if (!campaign.siteId) throw notFound("Site");
  const { properties = {}, ...whom } = input;
  const [eventId, firingId] = [newId(), newId()];
  let holds: boolean | null = null;
  const { messageIds } = await sendTest(
    ctx,
    campaign.siteId,
    campaign.steps[0]?.content,
    whom,
    campaign.id,
    async (tx, runId, subscriberIds) => {
      const [subscriberId = ""] = subscriberIds;
      if (trigger.condition) holds = await conditionHolds(ctx.workspaceId, subscriberId, trigger.condition, properties);
      const scope = { workspaceId: ctx.workspaceId, campaignId: campaign.id, isTest: true };
      const walks = subscriberIds.map((id) => ({ ...scope, id: newId(), subscriberId: id }));
      await tx.enrollment.createMany({
        data: walks.map((walk) => ({
          ...walk,
          eventId,
          variables: variablesOf(properties),
          version: campaign.stepsVersion,
          status: "completed" as const,
          finishedAt: new Date(),
        })),
      });
      await tx.firing.create({
        data: {
          ...scope,
          id: firingId,
          eventId,
          subscriberId,
          outcome: "fired",
          severity: trigger.severity ?? null,
          runId,
          properties,
        },
      });
      return new Map(walks.map(({ id, subscriberId: whose }) => [whose, id]));
    },
  );
  return { messageIds, firingId, conditionHolds: holds };
}

/** The properties of its event that a campaign's condition and content name. */
export function namedProperties(
  { condition }: Pick<z.output<typeof TriggeredTrigger>, "condition">,
  content?: Pick<Content, "title" | "message">,
): string[] {
  const asked = condition ? rulesOf(condition).map(({ field }) => field) : [];
  const said = variablesUsedIn(`${content?.title ?? ""} ${content?.message ?? ""}`);
  const properties = [
    ...asked.filter((field) => field.startsWith("property.")),
    ...said.filter((name) => name.startsWith("event.")),
  ].map((name) => name.slice(name.indexOf(".") + 1));
  return [...new Set(properties)];
}

/** Properties like those of the newest event that would fire a campaign: what a test begins with. @throws not_found */
export async function sampleProperties(ctx: Context, campaignId: string): Promise<Record<string, unknown>> {
  authorize(ctx, "events:read");
  const campaign = isId(campaignId) ? await findCampaign(ctx, campaignId) : undefined;
  const trigger = campaign && Trigger.parse(campaign.trigger);
  if (trigger?.type !== "triggered") return {};
  return (await newestProperties(ctx.workspaceId, trigger.event)) ?? {};
}
