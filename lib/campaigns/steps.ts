import "server-only";
import type { Transaction } from "#lib/db.ts";
import { invalid } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import type { StoredCampaign } from "./campaigns.ts";
import { type Audience, type StepInput, Trigger } from "./schema.ts";
import { stepColumns, stepContents } from "./step-contents.ts";

/**
 * A campaign's steps: how many there may be, their lasting numbers, and the versions that people walk.
 */

type Steps = readonly { key?: number | undefined; delayMinutes: number }[];

/** Whether people walk through it one by one. */
export function isDrip(trigger: Trigger, audience: Audience): boolean {
  return trigger.type === "welcome" || (trigger.type === "triggered" && audience.type === "event_subject");
}

/**
 * What trigger, audience and steps demand of each other.
 *
 * @param maxSteps of the campaign's type
 * @throws validation_error naming the field
 */
export function checkShape(input: { trigger: Trigger; audience: Audience; steps: Steps }, maxSteps: number): void {
  const { trigger, audience, steps } = input;
  if (isDrip(trigger, audience)) {
    for (const [index, step] of steps.entries())
      if (index > 0 && step.delayMinutes <= (steps[index - 1]?.delayMinutes ?? 0))
        throw invalid(`steps.${index}.delayMinutes`, "Each step comes later than the one before it.");
    if (steps.length > maxSteps) throw invalid("steps", `At most ${maxSteps} steps.`);
    return;
  }
  if (steps.length !== 1)
    throw invalid("steps", "One step: only a welcome, and what goes to an event's subject, has several.");
  if (steps[0]?.delayMinutes !== 0)
    throw invalid(
      "steps.0.delayMinutes",
      "The step comes at once: only steps of a welcome, and of what goes to an event's subject, wait.",
    );
}

/**
 * Replaces a campaign's steps. Those that name a step's number stay that step, the others get numbers that no step of
 * the campaign ever had.
 *
 * @throws validation_error a number that none of its steps has, or one twice
 */
export async function replaceSteps(tx: Transaction, before: StoredCampaign, steps: readonly StepInput[]) {
  const scope = { workspaceId: before.workspaceId, campaignId: before.id };
  const versions = await tx.stepsVersion.findMany({ where: scope, select: { keys: true } });
  // Versions go by age; the counts of a step that anybody ever waited for stay.
  const counted = await tx.enrollmentCount.aggregate({ where: scope, _max: { stepKey: true } });
  const current = before.steps.map((step) => step.key);
  let next = Math.max(counted._max.stepKey ?? -1, ...current, ...versions.flatMap(({ keys }) => keys)) + 1;
  const taken = new Set<number>();
  const keyed = steps.map((step, index) => {
    if (step.key !== undefined && !current.includes(step.key))
      throw invalid(`steps.${index}.key`, "The campaign has no such step. Leave the number out for a new one.");
    if (step.key !== undefined && taken.has(step.key)) throw invalid(`steps.${index}.key`, "The same step twice.");
    if (step.key !== undefined) taken.add(step.key);
    return step;
  });
  await tx.step.deleteMany({ where: scope });
  await tx.step.createMany({
    data: keyed.map((step, index) => ({
      ...scope,
      id: newId(),
      index,
      // One step alone is always the same step, also for callers who know no numbers.
      key: step.key ?? (steps.length === 1 && current.length === 1 ? (current[0] ?? 0) : next++),
      delayMinutes: step.delayMinutes,
      ...stepColumns(step),
    })),
  });
}

/** Keeps the campaign's steps, as they are now, as the version that its row names. Repeatable. */
export async function keepVersion(tx: Transaction, campaign: StoredCampaign): Promise<void> {
  const trigger = Trigger.parse(campaign.trigger);
  const base = trigger.type === "triggered" ? (trigger.delayMinutes ?? 0) : 0;
  const data = {
    workspaceId: campaign.workspaceId,
    delays: campaign.steps.map((step) => base + step.delayMinutes),
    keys: campaign.steps.map((step) => step.key),
    steps: campaign.steps.map(stepContents) as object[],
  };
  const id = { campaignId: campaign.id, version: campaign.stepsVersion };
  await tx.stepsVersion.upsert({ where: { campaignId_version: id }, create: { ...id, ...data }, update: data });
}
