import type { CampaignStatus, CampaignType } from "#lib/campaigns/schema.ts";

export const campaignActions = [
  "edit",
  "send",
  "schedule",
  "reschedule",
  "unschedule",
  "pause",
  "resume",
  "skipNext",
  "cancel",
  "retry",
  "duplicate",
  "archive",
  "delete",
] as const;
export type CampaignAction = (typeof campaignActions)[number];

/** What a person can do with a campaign now, most likely first. The domain's table of moves decides; this only asks no more of it. */
const legal: Record<CampaignStatus, readonly CampaignAction[]> = {
  draft: ["send", "schedule", "edit", "duplicate", "archive", "delete"],
  scheduled: ["send", "reschedule", "edit", "unschedule", "cancel", "duplicate"],
  running: ["pause", "cancel", "duplicate"],
  paused: ["resume", "cancel", "duplicate"],
  completed: ["retry", "duplicate", "archive", "delete"],
  failed: ["retry", "duplicate", "archive", "delete"],
  cancelled: ["duplicate", "archive", "delete"],
};

/** What runs by itself is switched on instead of sent, and can be changed while it runs. */
const legalByItself: typeof legal = {
  ...legal,
  draft: ["schedule", "edit", "duplicate", "archive", "delete"],
  scheduled: ["edit", "skipNext", "unschedule", "cancel", "duplicate"],
  running: ["edit", "pause", "skipNext", "cancel", "duplicate"],
  paused: ["resume", "edit", "cancel", "duplicate"],
};

export function isLegal(action: CampaignAction, status: CampaignStatus, type: CampaignType): boolean {
  if (action === "skipNext" && type !== "recurring") return false;
  return (type === "one_time" ? legal : legalByItself)[status].includes(action);
}
