import {
  type ContentDraft,
  contentErrors,
  contentOf,
  draftOf,
  emptyContent,
} from "#components/content/content-draft.ts";
import {
  type Audience,
  type Campaign,
  type CampaignStatus,
  type NewCampaignInput,
  occasionOf,
} from "#lib/campaigns/schema.ts";
import type { Utm } from "#lib/content/schema.ts";
import { fillVariables } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { graphemes } from "#lib/schema.ts";
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
  feeds: ComposerFeed[];
};

export type Urgency = "very-low" | "low" | "normal" | "high";

/** A campaign while it is written. null means "as the site". */
export type CampaignDraft = {
  name: string;
  siteId: string;
  content: ContentDraft;
  audience: Audience;
  trigger: TriggerDraft;
  requireInteraction: boolean;
  ttlSeconds: number | null;
  urgency: Urgency | null;
};

/** The campaign that the composer changes; none for a new one. */
export type ComposedCampaign = { id: string; status: CampaignStatus };

export function newDraft(siteId: string, content: ContentDraft = emptyContent, name = ""): CampaignDraft {
  return {
    name,
    siteId,
    content,
    audience: { type: "all" },
    trigger: oneTimeDraft(null, "UTC"),
    requireInteraction: false,
    ttlSeconds: null,
    urgency: null,
  };
}

/** A stored campaign as a draft, its time in the site's zone. */
export function draftOfCampaign(campaign: Campaign, timeZone: string): CampaignDraft {
  const [step] = campaign.steps;
  return {
    ...newDraft(campaign.siteId ?? "", step && draftOf(step.content), campaign.name),
    audience: campaign.audience,
    trigger: triggerDraftOf(campaign, timeZone),
    requireInteraction: campaign.options.requireInteraction ?? false,
    ttlSeconds: campaign.options.ttlSeconds ?? null,
    urgency: campaign.options.urgency ?? null,
  };
}

/** When a one-time campaign goes out, null for now, while no time is chosen, and for what runs by itself. */
export function instantOf({ trigger }: CampaignDraft, timeZone: string): Date | null {
  return trigger.type === "one_time" ? dueAt(trigger, timeZone) : null;
}

const maxNameGraphemes = 200;

/** The name, and for want of one the title as somebody without a value for its variables sees it. */
export function nameOf(draft: CampaignDraft): string {
  const { title } = draft.content;
  return draft.name.trim() || fillVariables(title, {}).replace(/\s+/g, " ").trim() || title.trim();
}

/** The draft in wire form. Not checked. */
export function campaignOf(draft: CampaignDraft, timeZone: string): NewCampaignInput {
  return {
    name: nameOf(draft),
    siteId: draft.siteId,
    trigger: triggerOf(draft.trigger, timeZone),
    audience: draft.audience,
    steps: [{ content: contentOf(draft.content) }],
    options: {
      ...(draft.requireInteraction && { requireInteraction: true }),
      ...(draft.ttlSeconds !== null && { ttlSeconds: draft.ttlSeconds }),
      ...(draft.urgency !== null && { urgency: draft.urgency }),
    },
  };
}

/** What is wrong, by field: those of the content, `name` and the trigger's. */
export function draftErrors(draft: CampaignDraft, timeZone: string, words: DraftWords): FieldErrors {
  const errors = contentErrors(draft.content, occasionOf(draft.trigger.type));
  if (graphemes(draft.name) > maxNameGraphemes) errors.name = [words.tooLongName];
  return { ...errors, ...triggerErrors(draft.trigger, timeZone, words) };
}

/**
 * What the pre-flight check can look at while the draft is not finished: fields with errors are left out, text that
 * must be there is a dash. The audience is counted from the first moment on.
 */
export function checkable(draft: CampaignDraft, timeZone: string, errors: FieldErrors): NewCampaignInput {
  const { content } = draft;
  const ok = (field: string) => Object.keys(errors).every((name) => name !== field && !name.startsWith(`${field}.`));
  const present = (field: "url" | "iconUrl" | "imageUrl") => (ok(field) ? content[field] : "");
  return campaignOf(
    {
      ...draft,
      name: "–",
      trigger: Object.keys(errors).some(isTriggerField) ? oneTimeDraft(null, timeZone) : draft.trigger,
      content: {
        title: ok("title") ? content.title : "–",
        message: ok("message") ? content.message : "–",
        url: present("url"),
        iconUrl: present("iconUrl"),
        imageUrl: present("imageUrl"),
        utm: ok("utm") ? content.utm : {},
        actions: ok("actions") ? content.actions : [],
      },
    },
    timeZone,
  );
}
