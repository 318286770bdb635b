import type { Occasion } from "#lib/content/variables.ts";
import type { CampaignType } from "./schema.ts";

/** What occasions a campaign beside its subscribers, and so gives its content further variables. */
export function occasionOf(type: CampaignType): Occasion | undefined {
  if (type === "triggered") return "event";
  return type === "rss" ? "item" : undefined;
}
