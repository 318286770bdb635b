import { type Campaign, type NewCampaignInput, Trigger } from "#lib/campaigns/schema.ts";

/** What a send of a stored campaign would send, in wire form: what its last check looks at. For the server only. */
export function inputOf({
  name,
  siteId,
  trigger,
  audience,
  options,
  steps,
}: Pick<Campaign, "name" | "siteId" | "trigger" | "audience" | "options" | "steps">): NewCampaignInput {
  return {
    name,
    siteId: siteId ?? "",
    trigger: Trigger.encode(trigger),
    audience,
    options,
    steps: steps.map(({ key: _, ...step }) => step),
  };
}
