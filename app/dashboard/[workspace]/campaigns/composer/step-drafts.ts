import { maxDelayMinutes } from "#lib/campaigns/limits.ts";
import { occasionOf } from "#lib/campaigns/occasion.ts";
import type { Campaign, NewCampaignInput } from "#lib/campaigns/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft } from "./campaign-draft.ts";
import { type ContentsDraft, contentsErrors, contentsOfStep, stepOf } from "./contents-draft.ts";
import type { DraftWords } from "./triggers/trigger-draft.ts";
import { type Wait, waitMinutes, waitOf } from "./triggers/wait.ts";

/** A step of a drip while it is written: how long after the one before it, and what it says. */
export type StepDraft = {
  id: string;
  /** Its lasting number, once it has one. */
  key?: number;
  wait: Wait;
  contents: ContentsDraft;
};

export function firstStep(contents: ContentsDraft): StepDraft {
  return { id: "first", wait: waitOf(0), contents };
}

/** A stored campaign's steps, each with its distance to the one before. */
export function stepDraftsOf({ steps }: Pick<Campaign, "steps">): StepDraft[] {
  return steps.map((step, index) => ({
    id: String(step.key),
    key: step.key,
    wait: waitOf(step.delayMinutes - (steps[index - 1]?.delayMinutes ?? 0)),
    contents: contentsOfStep(step),
  }));
}

/** Whether people walk through it in steps. */
export function hasSteps({ trigger, audience }: Pick<CampaignDraft, "trigger" | "audience">): boolean {
  return trigger.type === "welcome" || (trigger.type === "triggered" && audience.type === "event_subject");
}

/** All steps, the one that is edited now among them. */
export function stepsOf({ steps, stepAt, content, translations, variants }: CampaignDraft): StepDraft[] {
  return steps.map((step, index) =>
    index === stepAt ? { ...step, contents: { content, translations, variants } } : step,
  );
}

/** A step one place up or down; the waits stay where they are, so that what is first stays first in time. */
export function moveStep(steps: StepDraft[], index: number, by: 1 | -1): StepDraft[] {
  const [one, other] = [steps[index], steps[index + by]];
  if (!one || !other) return steps;
  return steps.map((step) => {
    if (step === one) return { ...other, wait: one.wait };
    return step === other ? { ...one, wait: other.wait } : step;
  });
}

/** In wire form, each with its minutes after the trigger. */
export function wireSteps(steps: StepDraft[]): NewCampaignInput["steps"] {
  let after = 0;
  return steps.map(({ key, wait, contents }) => {
    after += waitMinutes(wait) || 0;
    return { ...(key !== undefined && { key }), delayMinutes: after, ...stepOf(contents) };
  });
}

/** What is wrong with steps: waits, and contents that are not on screen. */
export function stepErrors(draft: CampaignDraft, words: DraftWords): FieldErrors {
  const errors: FieldErrors = {};
  let after = 0;
  for (const [index, { wait, contents }] of stepsOf(draft).entries()) {
    const minutes = waitMinutes(wait);
    after += minutes;
    if (!(minutes >= (index === 0 ? 0 : 1) && after <= maxDelayMinutes))
      errors[`steps.${index}.wait`] = [index === 0 ? words.waitRange : words.stepWait];
    if (
      index !== draft.stepAt &&
      Object.keys(contentsErrors(contents, words, occasionOf(draft.trigger.type))).length > 0
    )
      errors[`steps.${index}`] = [words.stepUnfinished];
  }
  return errors;
}

/** The server's errors about the step that is edited, as if it were the only one. */
export function ofStep(errors: FieldErrors, stepAt: number): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).map(([name, messages]) => [
      name.startsWith(`steps.${stepAt}.`) ? name.replace(`steps.${stepAt}.`, "steps.0.") : name,
      messages,
    ]),
  );
}
