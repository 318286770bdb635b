import { z } from "zod";
import { channelIds } from "#lib/channels/channel.ts";
import { Content } from "#lib/content/schema.ts";
import { RecurringTrigger } from "#lib/recurrence/schema.ts";
import { Id, Instant, PageQuery, TimeZone, text, WallTime } from "#lib/schema.ts";
import { QuietHours, TtlSeconds, Urgency } from "#lib/sites/schema.ts";
import { ApprovalState } from "./approval-schema.ts";
import { Audience } from "./audience-schema.ts";
import { DelayMinutes, TriggeredTrigger, WelcomeTrigger } from "./drip-schema.ts";
import { enrolledChoices, maxSteps } from "./limits.ts";
import { messageStatuses } from "./message-statuses.ts";
import { Experiment, otherContents } from "./variants-schema.ts";

export const campaignTypes = ["one_time", "recurring", "triggered", "welcome", "rss"] as const;
export type CampaignType = (typeof campaignTypes)[number];

export const campaignStatuses = [
  "draft",
  "scheduled",
  "running",
  "paused",
  "completed",
  "cancelled",
  "failed",
] as const;
export type CampaignStatus = (typeof campaignStatuses)[number];

/** When something goes out once: in one of three ways, or not said. */
const onceAt = {
  at: Instant.optional(),
  /** A wall time in each subscriber's own zone, the site's where theirs is unknown. */
  localAt: WallTime.optional(),
  /** A wall time in one zone; becomes `at`. Of two the first; one that the clocks skip is refused. */
  wallTime: WallTime.optional(),
  /** Of `wallTime`; the site's unless said. */
  timezone: TimeZone.optional(),
};
type OnceAt = { [Name in keyof typeof onceAt]?: unknown };
const isOneWay = ({ at, localAt, wallTime, timezone }: OnceAt) =>
  [at, localAt, wallTime].filter((each) => each !== undefined).length <= 1 &&
  (timezone === undefined || wallTime !== undefined);
const oneWay = "Give at, localAt or wallTime (with its timezone).";

/** What starts it. A new trigger is a member of this union and a line in types.ts; the composer offers it once it has an editor. */
export const Trigger = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("one_time"), ...onceAt }).refine(isOneWay, oneWay),
  RecurringTrigger,
  WelcomeTrigger,
  TriggeredTrigger,
  /** Sends each new item of a feed of its site. */
  z.strictObject({ type: z.literal("rss"), feedId: z.string().max(64) }),
]);
export type Trigger = z.output<typeof Trigger>;

export { Audience };

export const StepInput = z.strictObject({
  /** The number of a step that exists; without one it is a new step. */
  key: z.number().int().min(0).max(32_767).optional(),
  /** Minutes after the trigger; of welcome and triggered campaigns only. */
  delayMinutes: DelayMinutes.default(0),
  content: Content,
  ...otherContents,
});
export type StepInput = z.output<typeof StepInput>;
const Steps = z.array(StepInput).min(1, "At least one step.").max(maxSteps, `At most ${maxSteps} steps.`);
export const Options = z.strictObject({
  ttlSeconds: TtlSeconds.optional(),
  urgency: Urgency.optional(),
  requireInteraction: z.boolean().optional(),
  /** At most so many messages a minute, over all workers and runs; absent: as fast as it goes. */
  ratePerMinute: z.number().int().min(1).max(1_000_000).optional(),
  /** Instead of the site's; null for none. A subscriber's own are kept in any case. */
  quietHours: QuietHours.nullable().optional(),
  experiment: Experiment.optional(),
  /** One of the site's categories: who does not want to hear of it is left out. */
  category: z.string().max(40).optional(),
});
export type Options = z.output<typeof Options>;

export const NewCampaign = z.strictObject({
  name: text(200),
  siteId: z.string().max(64),
  channel: z.literal("web_push").default("web_push"),
  trigger: Trigger.default({ type: "one_time" }),
  audience: Audience.default({ type: "all" }),
  steps: Steps,
  options: Options.default({}),
});
/** Wire form, as JSON gives it. */
export type NewCampaignInput = z.input<typeof NewCampaign>;
export type NewCampaign = z.output<typeof NewCampaign>;

/** Every field on its own; what is given replaces what was. */
export const CampaignChanges = z.strictObject({
  /** As it was read: where somebody edited the campaign since, nothing is changed (409). Without it the last one wins. */
  revision: z.number().int().optional(),
  name: text(200).optional(),
  siteId: z.string().max(64).optional(),
  trigger: Trigger.optional(),
  audience: Audience.optional(),
  steps: Steps.optional(),
  /** Steps of a running welcome or triggered campaign: who is inside finishes the steps they began with, or moves to the new ones. */
  enrolled: z.enum(enrolledChoices).optional(),
  options: Options.optional(),
});
export type CampaignChanges = z.output<typeof CampaignChanges>;

/** The ledger's states and the instants counted beside them. Counts of messages. */
export const Counts = z.object({
  recipients: z.number().int(),
  queued: z.number().int(),
  sending: z.number().int(),
  sent: z.number().int(),
  failed: z.number().int(),
  expired: z.number().int(),
  skipped: z.number().int(),
  cancelled: z.number().int(),
  unknown: z.number().int(),
  delivered: z.number().int(),
  clicked: z.number().int(),
  dismissed: z.number().int(),
});
export type Counts = z.output<typeof Counts>;

export const Campaign = z.object({
  id: Id,
  name: z.string(),
  siteId: Id.nullable(),
  channel: z.enum(channelIds),
  type: z.enum(campaignTypes),
  status: z.enum(campaignStatuses),
  statusReason: z.string().nullable(),
  /** Counts its edits. */
  revision: z.number().int(),
  trigger: Trigger,
  audience: Audience,
  steps: z.array(
    z.object({ key: z.number().int(), delayMinutes: z.number().int(), content: Content, ...otherContents }),
  ),
  options: Options,
  /** null: nobody asked for approval. */
  approval: ApprovalState.nullable(),
  isArchived: z.boolean(),
  nextRunAt: Instant.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Campaign = z.output<typeof Campaign>;

/** A campaign in a list, with the figures a list shows. */
export const CampaignRow = Campaign.extend({ counts: Counts });
export type CampaignRow = z.output<typeof CampaignRow>;

export const CampaignFilter = PageQuery.extend({
  status: z.enum(campaignStatuses).optional(),
  siteId: z.string().max(64).optional(),
  type: z.enum(campaignTypes).optional(),
  /** true: what runs by itself · false: what is sent once */
  automated: z.stringbool().optional(),
  search: z.string().max(200).optional(),
  archived: z.stringbool().optional(),
});
export type CampaignFilter = z.output<typeof CampaignFilter>;

export const Performance = Counts.extend({
  /** clicked × the site's value per click, in `currency` */
  value: z.number(),
  currency: z.string(),
  /** clicked / sent, 0 to 1 */
  clickRate: z.number(),
  /** Of each step its variants: from 0, −1 who waited for the winner of a test and got it, −2 who was held out. */
  steps: z.array(
    Counts.extend({ index: z.number().int(), variants: z.array(Counts.extend({ variant: z.number().int() })) }),
  ),
  days: z.array(Counts.extend({ date: z.string() })),
});
export type Performance = z.output<typeof Performance>;

export const runStatuses = ["due", "running", "paused", "completed", "cancelled", "missed", "failed"] as const;

/** One firing of a campaign. */
export const Run = z.object({
  id: Id,
  dueAt: Instant,
  status: z.enum(runStatuses),
  statusReason: z.string().nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
});
export type Run = z.output<typeof Run>;
/** A run in a list, with what occasioned it (`item.title` of a feed's item, `event.total` of an event) and what became of it. */
export const RunRow = Run.extend({
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  counts: Counts,
});
export type RunRow = z.output<typeof RunRow>;

/** Where a send stands now; asked every second or two while one looks. */
export const CampaignProgress = z.object({
  id: Id,
  status: z.enum(campaignStatuses),
  statusReason: z.string().nullable(),
  counts: Counts,
  /** Outcomes a second over the last seconds; 0 when nothing moves. */
  perSecond: z.number(),
  /** When it will be through at this rate. */
  finishesAt: Instant.nullable(),
  /** The campaign's own rate; null: as fast as it goes. */
  ratePerMinute: z.number().int().nullable(),
  /** Push services that take this site's messages slowly for now, or none at all. */
  slowed: z.array(
    z.object({
      origin: z.string(),
      /** rate_limited, push_service_down, or why a person must resume */
      reason: z.string(),
      /** null: nothing goes there */
      ratePerMinute: z.number().int().nullable(),
      /** Nothing goes there before; null: it goes, or nobody knows until a person resumes */
      heldUntil: Instant.nullable(),
    }),
  ),
  /** Failures by reason, most first. */
  reasons: z.array(z.object({ status: z.string(), reason: z.string(), count: z.number().int() })),
  runs: z.array(Run),
});
export type CampaignProgress = z.output<typeof CampaignProgress>;

export const Message = z.object({
  id: Id,
  campaignId: Id.nullable(),
  subscriberId: Id,
  subscriptionId: Id,
  channel: z.enum(channelIds),
  status: z.enum(messageStatuses),
  reason: z.string().nullable(),
  attempts: z.number().int(),
  nextAt: Instant.nullable(),
  sentAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  clickedAt: Instant.nullable(),
  dismissedAt: Instant.nullable(),
  isTest: z.boolean(),
  createdAt: Instant,
});
export type Message = z.output<typeof Message>;
export const MessageFilter = PageQuery.extend({
  status: z.enum(messageStatuses).optional(),
  reason: z.string().max(100).optional(),
  cursor: z.string().max(200).optional(),
});
export type MessageFilter = z.output<typeof MessageFilter>;

export const TestSend = z.strictObject({
  subscriptionIds: z.array(z.string().max(64)).min(1).max(10, "At most 10.").optional(),
  subscriberIds: z.array(z.string().max(64)).min(1).max(10, "At most 10.").optional(),
});
/** Any content, for a site instead of a campaign. */
export const TestContent = TestSend.extend({ content: Content });
/** The ledger rows that a test send made. */
export const TestSent = z.object({ messageIds: z.array(Id) });
export type TestSent = z.output<typeof TestSent>;
export const ScheduleAt = z.strictObject(onceAt).refine(isOneWay, oneWay);
export type ScheduleAt = z.output<typeof ScheduleAt>;

export const Preflight = z.object({
  /** Subscriptions that would get it now. */
  recipients: z.number().int(),
  /** The largest payload this content can make, bytes of 3,993. */
  payloadBytes: z.number().int(),
  maxPayloadBytes: z.number().int(),
  /** How `recipients` come about; people, but for `heldOut`. */
  audience: z.object({
    /** In the audience, whether or not they can be reached. */
    selected: z.number().int(),
    optedOut: z.number().int(),
    /** Willing, but every device of theirs has expired or unsubscribed. */
    withoutDevice: z.number().int(),
    people: z.number().int(),
    /** They get it on each of their devices. */
    severalDevices: z.number().int(),
    /** Over the site's frequency cap now. */
    capped: z.number().int(),
    /** They asked for quiet for a while, or do not want this category: left out. */
    unwilling: z.number().int(),
    /** They get it when their quiet hours are over. */
    quiet: z.number().int(),
    /** Their local time has passed: they get it at once. */
    passed: z.number().int(),
    /** Devices of the hold-out group, about. */
    heldOut: z.number().int(),
  }),
  /** The pace that `finishesAt` reckons with: messages a minute. */
  perMinute: z.number().int(),
  startsAt: Instant,
  /** null: it has no end, or nobody to reach. */
  finishesAt: Instant.nullable(),
  needsApproval: z.boolean(),
  checks: z.array(
    z.object({
      id: z.string(),
      level: z.enum(["ok", "warning", "blocking"]),
      message: z.string(),
      /** What the message tells of, for callers with words of their own. */
      values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
});
/** `links=true` asks the links too whether they answer. */
export const PreflightQuery = z.object({ links: z.stringbool().optional() });
export type Preflight = z.output<typeof Preflight>;
