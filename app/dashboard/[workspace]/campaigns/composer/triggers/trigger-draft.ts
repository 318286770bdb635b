import type { Campaign, CampaignType, NewCampaignInput } from "#lib/campaigns/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { dueAt, localTimeDraft, type OneTimeDraft, oneTimeDraft, oneTimeErrors } from "./one-time-draft.ts";
import {
  newRecurring,
  type RecurringDraft,
  recurringDraftOf,
  recurringErrors,
  recurringTriggerOf,
} from "./recurring-draft.ts";
import { type ComposerFeed, type RssDraft, rssDraft } from "./rss-draft.ts";
import {
  newTriggered,
  stopEventErrors,
  type TriggeredDraft,
  triggeredDraftOf,
  triggeredErrors,
  triggeredOf,
  type WelcomeDraft,
} from "./triggered-draft.ts";

/**
 * What starts a campaign, while it is written. A type that has an editor is a member here, a line in `triggerTypes` and a
 * case in each function; the compiler names those that are missing.
 */
export type TriggerDraft = OneTimeDraft | RecurringDraft | WelcomeDraft | TriggeredDraft | RssDraft;
export type TriggerType = TriggerDraft["type"];

/** What the composer offers, in this order. */
export const triggerTypes: readonly TriggerType[] = ["one_time", "recurring", "welcome", "triggered", "rss"];

/** Words for what is wrong with a draft. */
export type DraftWords = Record<
  | "tooLongName"
  | "missingTime"
  | "pastTime"
  | "farTime"
  | "skippedTime"
  | "pastEverywhere"
  | "weights"
  | "variantName"
  | "quietHours"
  | "localTest"
  | "missingRule"
  | "everyRange"
  | "noWeekday"
  | "countRange"
  | "endBeforeStart"
  | "daysOff"
  | "missingFeed"
  | "missingEvent"
  | "eventName"
  | "waitRange"
  | "stepWait"
  | "stepUnfinished"
  | "condition",
  string
>;

export function newTrigger(type: TriggerType, timeZone: string, feeds: readonly ComposerFeed[] = []): TriggerDraft {
  switch (type) {
    case "one_time":
      return oneTimeDraft(null, timeZone);
    case "recurring":
      return newRecurring(timeZone);
    case "rss":
      return rssDraft(feeds);
    case "welcome":
      return { type: "welcome", stopEvent: "" };
    case "triggered":
      return newTriggered();
  }
}

/** A stored campaign's trigger, times on the clocks of the site. */
export function triggerDraftOf({ trigger, nextRunAt }: Campaign, timeZone: string): TriggerDraft {
  switch (trigger.type) {
    case "one_time":
      return trigger.localAt === undefined
        ? oneTimeDraft(nextRunAt ?? trigger.at, timeZone)
        : localTimeDraft(trigger.localAt);
    case "recurring":
      return recurringDraftOf(trigger);
    case "rss":
      return { type: "rss", feedId: trigger.feedId };
    case "welcome":
      return { type: "welcome", stopEvent: trigger.stopEvent ?? "" };
    case "triggered":
      return triggeredDraftOf(trigger);
  }
}

/** In wire form. Not checked. */
export function triggerOf(draft: TriggerDraft, timeZone: string): NonNullable<NewCampaignInput["trigger"]> {
  switch (draft.type) {
    case "one_time": {
      const at = dueAt(draft, timeZone);
      if (draft.when === "local") return { type: "one_time", ...(at && { localAt: draft.at }) };
      return { type: "one_time", ...(at && { at: at.toISOString() }) };
    }
    case "recurring":
      return recurringTriggerOf(draft);
    case "rss":
      return { type: "rss", feedId: draft.feedId };
    case "welcome":
      return { type: "welcome", ...(draft.stopEvent.trim() !== "" && { stopEvent: draft.stopEvent.trim() }) };
    case "triggered":
      return triggeredOf(draft);
  }
}

/** What is wrong, by field. Fields of a trigger are named without `content`'s names: `at`, `trigger.…`. */
export function triggerErrors(draft: TriggerDraft, timeZone: string, words: DraftWords): FieldErrors {
  switch (draft.type) {
    case "one_time":
      return oneTimeErrors(draft, timeZone, words);
    case "recurring":
      return recurringErrors(draft, words);
    case "rss":
      return draft.feedId === "" ? { "trigger.feedId": [words.missingFeed] } : {};
    case "welcome":
      return stopEventErrors(draft.stopEvent, words);
    case "triggered":
      return triggeredErrors(draft, words);
  }
}

/** Whether a field stands in the part of the page where the trigger is. */
export function isTriggerField(field: string): boolean {
  return field === "at" || field === "trigger" || field.startsWith("trigger.");
}

/** `type` as the address gives it. */
export function offeredType(type: string | undefined): TriggerType {
  return triggerTypes.find((each) => each === type) ?? "one_time";
}

/** Sent once by hand, or switched on and then runs by itself. */
export function runsByItself(type: CampaignType): boolean {
  return type !== "one_time";
}
