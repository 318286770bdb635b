import { type ContentDraft, emptyContent } from "#components/content/content-draft.ts";
import { occasionOf } from "#lib/campaigns/occasion.ts";
import type { Audience, Campaign, CampaignStatus, NewCampaignInput, Options } from "#lib/campaigns/schema.ts";
import type { Utm } from "#lib/content/schema.ts";
import { fillVariables } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { FrequencyCap, QuietHours } from "#lib/sites/schema.ts";
import { graphemes } from "#lib/text.ts";
import {
  type ContentsDraft,
  contentAt,
  contentsErrors,
  contentsOfStep,
  firstPlace,
  newContents,
  placesOf,
  prefixOf,
  stepOf,
  withContentAt,
} from "./contents-draft.ts";
import { newSending, type SendingDraft, sendingErrors, sendingOf, sendingOptions } from "./sending-draft.ts";
import { firstStep, hasSteps, type StepDraft, stepDraftsOf, stepErrors, stepsOf, wireSteps } from "./step-drafts.ts";
import { dueAt, oneTimeDraft } from "./triggers/one-time-draft.ts";
import type { ComposerFeed } from "./triggers/rss-draft.ts";
import {
  type DraftWords,
  isTriggerField,
  type TriggerDraft,
  triggerDraftOf,
  triggerErrors,
  triggerOf,
} from "./triggers/trigger-draft.ts";
import { newTriggered } from "./triggers/triggered-draft.ts";
import { waitOf } from "./triggers/wait.ts";

/** What the composer needs of a site. */
export type ComposerSite = {
  id: string;
  name: string;
  url: string;
  host: string;
  timezone: string;
  iconUrl: string | null;
  utm: Utm;
  ttlSeconds: number;
  urgency: Urgency;
  quietHours: QuietHours | null;
  frequencyCap: FrequencyCap | null;
  categories: { key: string; name: string }[];
  feeds: ComposerFeed[];
};

export type Urgency = "very-low" | "low" | "normal" | "high";

/** A campaign while it is written. null means "as the site". */
export type CampaignDraft = ContentsDraft & {
  /** Of the campaign that it began with; null for a new one. */
  revision: number | null;
  name: string;
  siteId: string;
  /** Of a drip: its steps. What the draft itself says is what the step at `stepAt` does, while it is edited. */
  steps: StepDraft[];
  stepAt: number;
  /** What happens to those inside when the steps of a running one change. */
  enrolled: "finish" | "move";
  audience: Audience;
  trigger: TriggerDraft;
  requireInteraction: boolean;
  ttlSeconds: number | null;
  urgency: Urgency | null;
  /** Key of one of the site's categories. */
  category: string | null;
  ratePerMinute: number | null;
  sending: SendingDraft;
  /** Options that this page has no fields for: kept as they are. */
  otherOptions: Options;
};

/** The campaign that the composer changes; none for a new one. */
export type ComposedCampaign = {
  id: string;
  status: CampaignStatus;
  /** As it is stored. */
  isApproved: boolean;
};

export function newDraft(siteId: string, content: ContentDraft = emptyContent, name = ""): CampaignDraft {
  return {
    revision: null,
    name,
    siteId,
    ...newContents(content),
    steps: [firstStep(newContents(content))],
    stepAt: 0,
    enrolled: "finish",
    audience: { type: "all" },
    trigger: oneTimeDraft(null, "UTC"),
    requireInteraction: false,
    ttlSeconds: null,
    urgency: null,
    category: null,
    ratePerMinute: null,
    sending: newSending,
    otherOptions: {},
  };
}

/** A stored campaign as a draft, its time in the site's zone. */
export function draftOfCampaign(campaign: Campaign, timeZone: string): CampaignDraft {
  const [step] = campaign.steps;
  const {
    requireInteraction: _,
    ttlSeconds: __,
    urgency: ___,
    quietHours: ____,
    experiment: _____,
    category: ______,
    ratePerMinute: _______,
    ...otherOptions
  } = campaign.options;
  return {
    ...newDraft(campaign.siteId ?? "", emptyContent, campaign.name),
    revision: campaign.revision,
    ...(step && contentsOfStep(step)),
    steps: stepDraftsOf(campaign),
    audience: campaign.audience,
    trigger: triggerDraftOf(campaign, timeZone),
    requireInteraction: campaign.options.requireInteraction ?? false,
    ttlSeconds: campaign.options.ttlSeconds ?? null,
    urgency: campaign.options.urgency ?? null,
    category: campaign.options.category ?? null,
    ratePerMinute: campaign.options.ratePerMinute ?? null,
    sending: sendingOf(campaign.options),
    otherOptions,
  };
}

/** What of a draft counts as written: which step is on screen does not. */
export function signatureOf(draft: CampaignDraft): string {
  const steps = hasSteps(draft) && { steps: stepsOf(draft), stepAt: 0, ...newContents() };
  return JSON.stringify({ ...draft, ...steps, revision: null });
}

/** When a one-time campaign goes out, null for now, while no time is chosen, and for what runs by itself. */
export function instantOf({ trigger }: CampaignDraft, timeZone: string): Date | null {
  return trigger.type === "one_time" ? dueAt(trigger, timeZone) : null;
}

/** The wall time of a campaign that goes out by each subscriber's own clock. */
export function localTimeOf({ trigger }: CampaignDraft): string | undefined {
  return trigger.type === "one_time" && trigger.when === "local" ? trigger.at : undefined;
}

const maxNameGraphemes = 200;

/** The name, and for want of one the title as somebody without a value for its variables sees it. */
export function nameOf(draft: CampaignDraft): string {
  return draft.name.trim() || nameWithout(draft);
}

/** What it is called while nobody gave it a name: what it says first. */
export function nameWithout(draft: CampaignDraft): string {
  const [first] = hasSteps(draft) ? stepsOf(draft) : [];
  const { title } = contentAt(first?.contents ?? draft, firstPlace);
  return fillVariables(title, {}).replace(/\s+/g, " ").trim() || title.trim();
}

/** The draft in wire form. Not checked. */
export function campaignOf(draft: CampaignDraft, timeZone: string): NewCampaignInput {
  return {
    name: nameOf(draft),
    siteId: draft.siteId,
    trigger: triggerOf(draft.trigger, timeZone),
    audience: draft.audience,
    steps: hasSteps(draft) ? wireSteps(stepsOf(draft)) : [stepOf(draft)],
    options: {
      ...draft.otherOptions,
      ...(draft.requireInteraction && { requireInteraction: true }),
      ...(draft.ttlSeconds !== null && { ttlSeconds: draft.ttlSeconds }),
      ...(draft.urgency !== null && { urgency: draft.urgency }),
      ...(draft.category !== null && { category: draft.category }),
      ...sendingOptions(draft.sending, draft.variants.length > 0, hasSteps(draft)),
      ...(draft.ratePerMinute !== null && { ratePerMinute: draft.ratePerMinute }),
    },
  };
}

/** What is wrong, by field: those of the content, `name` and the trigger's. */
export function draftErrors(draft: CampaignDraft, timeZone: string, words: DraftWords): FieldErrors {
  const errors = contentsErrors(draft, words, occasionOf(draft.trigger.type));
  if (graphemes(draft.name) > maxNameGraphemes) errors.name = [words.tooLongName];
  const hasVariants = draft.variants.length > 0;
  return {
    ...errors,
    ...(hasSteps(draft) && stepErrors(draft, words)),
    ...triggerErrors(draft.trigger, timeZone, words),
    ...sendingErrors(draft.sending, hasVariants, localTimeOf(draft) !== undefined, words),
  };
}

/**
 * What the pre-flight check can look at while the draft is not finished: fields with errors are left out, text that
 * must be there is a dash. The audience is counted from the first moment on.
 */
export function checkable(draft: CampaignDraft, timeZone: string, errors: FieldErrors): NewCampaignInput {
  const fields = Object.keys(errors);
  const hasWrong = (test: (field: string) => boolean) => fields.some(test);
  let clean: ContentsDraft = draft;
  for (const place of placesOf(draft)) {
    const prefix = prefixOf(draft, place);
    const ok = (field: string) => !hasWrong((name) => name === prefix + field || name.startsWith(`${prefix}${field}.`));
    clean = withContentAt(clean, place, sendable(contentAt(draft, place), ok));
  }
  // What the variants have wrong among themselves says nothing of the audience.
  if (hasWrong((field) => field === "variants.weights" || field === "variants.names"))
    clean = newContents(contentAt(clean, firstPlace));
  return campaignOf(
    {
      ...draft,
      ...clean,
      name: "–",
      trigger: hasWrong(isTriggerField) ? standIn(draft.trigger, timeZone) : draft.trigger,
      // The other steps may be unfinished.
      steps: draft.steps.slice(draft.stepAt, draft.stepAt + 1).map((step) => ({ ...step, wait: waitOf(0) })),
      stepAt: 0,
      sending: hasWrong((field) => field.startsWith("options.")) ? newSending : draft.sending,
    },
    timeZone,
  );
}

/** What an unfinished trigger is tried as: it gives the content the same variables. */
function standIn(trigger: TriggerDraft, timeZone: string): TriggerDraft {
  if (trigger.type === "triggered") return { ...newTriggered(), event: "unfinished" };
  return trigger.type === "rss" ? trigger : oneTimeDraft(null, timeZone);
}

function sendable(content: ContentDraft, ok: (field: string) => boolean): ContentDraft {
  const present = (field: "url" | "iconUrl" | "imageUrl") => (ok(field) ? content[field] : "");
  return {
    title: ok("title") ? content.title : "–",
    message: ok("message") ? content.message : "–",
    url: present("url"),
    iconUrl: present("iconUrl"),
    imageUrl: present("imageUrl"),
    utm: ok("utm") ? content.utm : {},
    actions: ok("actions") ? content.actions : [],
  };
}
