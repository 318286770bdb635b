import { z } from "zod";
import { Id, Instant, PageQuery } from "#lib/schema.ts";
import { Condition } from "#lib/segments/schema.ts";
import { maxDelayMinutes, severities } from "./limits.ts";
import type { CampaignType } from "./schema.ts";

/** Shapes of campaigns that people walk through one by one: welcome and triggered. */

/** Names of a workspace's own events. */
export const EventName = z
  .string()
  .regex(/^[A-Za-z][\w.:-]{0,99}$/, "Names: a letter, then letters, digits or _ . : -, at most 100.");

export const DelayMinutes = z.number().int().min(0, "Not before.").max(maxDelayMinutes, "At most a year.");

export type Severity = (typeof severities)[number];

/** Everybody who subscribes walks through its steps, once. */
export const WelcomeTrigger = z.strictObject({
  type: z.literal("welcome"),
  /** Reached: whoever has this event gets no further steps. */
  stopEvent: EventName.optional(),
});

/** Fires when an event comes: alarms, reminders, anything that answers what somebody did. */
export const TriggeredTrigger = z.strictObject({
  type: z.literal("triggered"),
  event: EventName,
  /** After firing, the same subject (or, with an audience of its own, the campaign) stays silent for so long. */
  cooldownMinutes: z.number().int().min(1, "At least a minute.").max(maxDelayMinutes, "At most a year.").optional(),
  /** Asked of the event's properties (`property.<key>`) and of the person; without it every such event fires. */
  condition: Condition.optional(),
  severity: z.enum(severities).optional(),
  stopEvent: EventName.optional(),
  /** Waits so long after the event; with a stop event this asks "and then nothing happened?". */
  delayMinutes: DelayMinutes.optional(),
});

/** Where the people of a drip are: one entry a step of today's steps, and of former ones that somebody still waits for. */
export const DripProgress = z.object({
  /** Inside now. */
  active: z.number().int(),
  completed: z.number().int(),
  stopped: z.number().int(),
  steps: z.array(
    z.object({
      key: z.number().int(),
      /** Wait for it now. */
      waiting: z.number().int(),
      passed: z.number().int(),
      stopped: z.number().int(),
      /** It was the last one they got. */
      completed: z.number().int(),
      /** No longer a step: only who began earlier still gets it. */
      isFormer: z.boolean(),
    }),
  ),
});
export type DripProgress = z.output<typeof DripProgress>;

export const firingOutcomes = ["fired", "cooldown", "condition", "too_old", "failed"] as const;

/** An event that met a triggered campaign, and what came of it. */
export const Firing = z.object({
  id: Id,
  at: Instant,
  outcome: z.enum(firingOutcomes),
  severity: z.enum(severities).nullable(),
  isTest: z.boolean(),
  eventId: Id,
  subscriber: z.object({ id: Id, name: z.string().nullable(), externalId: z.string().nullable() }),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Messages that it made, and what became of them. */
  told: z.number().int(),
  shown: z.number().int(),
  acted: z.number().int(),
  /** When it was sent to others than the event's subject: the run that did. */
  runId: Id.nullable(),
});
export type Firing = z.output<typeof Firing>;

export const FiringFilter = PageQuery.extend({ outcome: z.enum(firingOutcomes).optional() });
export type FiringFilter = z.output<typeof FiringFilter>;

/** One device that a firing told. */
export const Told = z.object({
  messageId: Id,
  subscriber: z.object({ id: Id, name: z.string().nullable(), externalId: z.string().nullable() }),
  subscriptionId: Id,
  status: z.string(),
  reason: z.string().nullable(),
  stepKey: z.number().int(),
  sentAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  /** Acted: clicked the notification or a button of it. */
  clickedAt: Instant.nullable(),
  dismissedAt: Instant.nullable(),
});
export const FiringDetail = Firing.extend({ people: z.array(Told), isToldCapped: z.boolean() });
export type FiringDetail = z.output<typeof FiringDetail>;

/** Whether it stays running and answers what happens, instead of having its firings planned. */
export function isStanding(type: CampaignType): boolean {
  return type === "welcome" || type === "triggered";
}
