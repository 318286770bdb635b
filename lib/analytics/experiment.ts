import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign, toCampaign } from "#lib/campaigns/campaigns.ts";
import type { Counts } from "#lib/campaigns/schema.ts";
import { holdoutVariant, restVariant } from "#lib/campaigns/variants-schema.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { countsBy, noCounts } from "#lib/delivery/counters.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import type { ExperimentResult } from "./experiment-schema.ts";
import { differenceOf, shareOf, verdictOn } from "./shares.ts";

/** Goal events count so long after a run has started. */
const goalDays = 7;

/**
 * What a campaign's variants and its hold-out group did, over all its runs, with how sure that is.
 *
 * @throws not_found
 */
export async function getExperiment(ctx: Context, id: string): Promise<ExperimentResult> {
  authorize(ctx, "analytics:read");
  const row = await findCampaign(ctx, id);
  const { steps, options, siteId } = toCampaign(row);
  const scope = { workspaceId: ctx.workspaceId, campaignId: id };
  const [byVariant, run] = await Promise.all([
    countsBy("variant", scope),
    db.run.findFirst({ where: { ...scope, startedAt: { not: null } }, orderBy: { id: "desc" } }),
  ]);
  const countsOf = (variant: number): Counts => {
    const { key: _, ...counts } = byVariant.find(({ key }) => Number(key) === variant) ?? { key: "", ...noCounts() };
    return counts;
  };
  const variants = (steps[0]?.variants ?? []).map(({ name, weight }, variant) => {
    const counts = countsOf(variant);
    return { variant, name, weight, counts, clickRate: shareOf(counts.clicked, counts.sent) };
  });
  const rest = countsOf(restVariant);
  return {
    decideAt: run?.decideAt ?? null,
    winner:
      run?.winnerAt && run.winnerVariant !== null
        ? { variant: run.winnerVariant, at: run.winnerAt, by: run.winnerBy === "person" ? "person" : "clicks" }
        : null,
    variants,
    rest: rest.recipients > 0 ? rest : null,
    comparison: compareVariants(variants),
    holdout: options.experiment?.holdoutShare
      ? await compareHoldout(ctx, { campaignId: id, siteId, goalEvent: options.experiment.goalEvent }, byVariant)
      : null,
  };
}

function compareVariants(variants: ExperimentResult["variants"]): ExperimentResult["comparison"] {
  const [best, second] = [...variants].sort((a, b) => b.clickRate.value - a.clickRate.value);
  if (!best || !second) return null;
  const difference = differenceOf(best.clickRate, second.clickRate);
  return { best: best.variant, difference, verdict: verdictOn(difference, [best.counts.sent, second.counts.sent]) };
}

async function compareHoldout(
  ctx: Context,
  campaign: { campaignId: string; siteId: string | null; goalEvent: string | undefined },
  byVariant: (Counts & { key: string })[],
): Promise<ExperimentResult["holdout"]> {
  const { campaignId, siteId, goalEvent } = campaign;
  const isHeldOut = ({ key }: { key: string }) => Number(key) === holdoutVariant;
  const heldOut = byVariant.find(isHeldOut)?.skipped ?? 0;
  const treated = byVariant.filter((each) => !isHeldOut(each)).reduce((sum, { sent }) => sum + sent, 0);
  const site = siteId ? await db.site.findFirst({ where: { id: siteId, workspaceId: ctx.workspaceId } }) : null;
  const currency = site ? SiteSettings.parse(site.settings).currency : "USD";
  const facts = { messages: heldOut, goalEvent: goalEvent ?? null, days: goalDays, currency };
  if (goalEvent === undefined) return { ...facts, comparison: null };

  const goals = await goalsOf(ctx, campaignId, goalEvent);
  const group = (messages: number, key: "treated" | "held_out") => {
    const { people, value } = goals.find((each) => each.held_out === (key === "held_out")) ?? { people: 0, value: 0 };
    return { messages, conversions: people, rate: shareOf(people, messages), value };
  };
  const [gotIt, without] = [group(treated, "treated"), group(heldOut, "held_out")];
  const difference = differenceOf(gotIt.rate, without.rate);
  const perMessage = (each: typeof gotIt, sum: number) => (each.messages > 0 ? sum / each.messages : 0);
  return {
    ...facts,
    comparison: {
      treated: gotIt,
      heldOut: without,
      verdict: verdictOn(difference, [treated, heldOut]),
      difference,
      extraConversions: gotIt.conversions - perMessage(without, without.conversions) * treated,
      extraValue: gotIt.value - perMessage(without, without.value) * treated,
    },
  };
}

/** People with the goal event after their message, or after they got none; found from the events, which are few. */
function goalsOf(ctx: Context, campaignId: string, goalEvent: string) {
  return query<{ held_out: boolean; people: number; value: number }>(
    `SELECT m.variant = ${holdoutVariant} AS held_out, count(DISTINCT e.subscriber_id)::int AS people,
            coalesce(sum(CASE WHEN jsonb_typeof(e.properties -> 'value') = 'number' THEN (e.properties ->> 'value')::float8 END), 0) AS value
       FROM event e
       JOIN LATERAL (
         SELECT m.variant, m.created_at FROM message m
          WHERE m.workspace_id = e.workspace_id AND m.subscriber_id = e.subscriber_id AND m.campaign_id = $2 AND NOT m.is_test
            AND (m.status = 'sent' OR m.variant = ${holdoutVariant}) AND coalesce(m.sent_at, m.created_at) <= e.at
            AND coalesce(m.sent_at, m.created_at) > e.at - make_interval(days => ${goalDays})
          ORDER BY m.id DESC LIMIT 1) AS m ON true
      WHERE e.workspace_id = $1 AND e.type = 'custom' AND e.name = $3
        AND e.at >= (SELECT min(started_at) FROM run WHERE workspace_id = $1 AND campaign_id = $2)
      GROUP BY 1`,
    [ctx.workspaceId, campaignId, goalEvent],
  );
}
