import {
  type ContentDraft,
  contentErrors,
  contentOf,
  draftOf,
  emptyContent,
} from "#components/content/content-draft.ts";
import type { Audience, Campaign, CampaignStatus, NewCampaignInput } from "#lib/campaigns/schema.ts";
import type { Utm } from "#lib/content/schema.ts";
import { fillVariables } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { graphemes } from "#lib/schema.ts";
import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";

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
};

export type Urgency = "very-low" | "low" | "normal" | "high";

/** A campaign while it is written. `at` is wall time in the site's zone; null means "as the site". */
export type CampaignDraft = {
  name: string;
  siteId: string;
  content: ContentDraft;
  audience: Audience;
  when: "now" | "later";
  at: string;
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
    when: "now",
    at: "",
    requireInteraction: false,
    ttlSeconds: null,
    urgency: null,
  };
}

/** A stored campaign as a draft, its time in the site's zone. */
export function draftOfCampaign(campaign: Campaign, timeZone: string): CampaignDraft {
  const at = campaign.nextRunAt ?? campaign.trigger.at;
  const [step] = campaign.steps;
  return {
    ...newDraft(campaign.siteId ?? "", step && draftOf(step.content), campaign.name),
    audience: campaign.audience,
    when: at ? "later" : "now",
    at: at ? wallTimeOf(at, timeZone) : "",
    requireInteraction: campaign.options.requireInteraction ?? false,
    ttlSeconds: campaign.options.ttlSeconds ?? null,
    urgency: campaign.options.urgency ?? null,
  };
}

/** When it goes out, null for now or while no time is chosen. */
export function instantOf(draft: CampaignDraft, timeZone: string): Date | null {
  return draft.when === "later" ? instantOfWallTime(draft.at, timeZone) : null;
}

const maxNameGraphemes = 200;

/** The name, and for want of one the title as somebody without a value for its variables sees it. */
export function nameOf(draft: CampaignDraft): string {
  const { title } = draft.content;
  return draft.name.trim() || fillVariables(title, {}).replace(/\s+/g, " ").trim() || title.trim();
}

/** The draft in wire form. Not checked. */
export function campaignOf(draft: CampaignDraft, timeZone: string): NewCampaignInput {
  const at = instantOf(draft, timeZone);
  return {
    name: nameOf(draft),
    siteId: draft.siteId,
    trigger: { type: "one_time", ...(at && { at: at.toISOString() }) },
    audience: draft.audience,
    steps: [{ content: contentOf(draft.content) }],
    options: {
      ...(draft.requireInteraction && { requireInteraction: true }),
      ...(draft.ttlSeconds !== null && { ttlSeconds: draft.ttlSeconds }),
      ...(draft.urgency !== null && { urgency: draft.urgency }),
    },
  };
}

/** Words for what the content's schema does not know. */
export type DraftWords = { tooLongName: string; missingTime: string; pastTime: string };

/** What is wrong, by field: those of the content, `name` and `at`. */
export function draftErrors(draft: CampaignDraft, timeZone: string, words: DraftWords): FieldErrors {
  const errors = contentErrors(draft.content);
  if (graphemes(draft.name) > maxNameGraphemes) errors.name = [words.tooLongName];
  if (draft.when === "later") {
    const at = instantOf(draft, timeZone);
    if (!at) errors.at = [words.missingTime];
    else if (at.getTime() < Date.now()) errors.at = [words.pastTime];
  }
  return errors;
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
      at: ok("at") ? draft.at : "",
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
