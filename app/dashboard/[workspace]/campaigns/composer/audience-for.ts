import type { Audience } from "#lib/campaigns/schema.ts";
import type { TriggerType } from "./triggers/trigger-draft.ts";

/** Whom a welcome can be for: those who subscribe, all of them or some. */
const ofWelcome = new Set<Audience["type"]>(["all", "segment", "group"]);

/** The usual audience of a type, where the one chosen before does not fit it. */
export function audienceFor(type: TriggerType, audience: Audience): { audience: Audience } | undefined {
  if (type === "triggered") return { audience: { type: "event_subject" } };
  const fits = type === "welcome" ? ofWelcome.has(audience.type) : audience.type !== "event_subject";
  return fits ? undefined : { audience: { type: "all" } };
}
