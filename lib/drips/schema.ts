import { z } from "zod";
import { EventName, firingOutcomes } from "#lib/campaigns/drip-schema.ts";
import { Id, Instant, optionalText, PageQuery } from "#lib/schema.ts";

const maxProperties = 50;

/** What an event says of itself. */
export const Properties = z
  .record(z.string().min(1).max(100), z.union([optionalText(1000), z.number(), z.boolean(), z.null()]))
  .refine((value) => Object.keys(value).length <= maxProperties, `At most ${maxProperties} properties.`);
export type Properties = z.output<typeof Properties>;

/** Something that happened to a subscriber, told by the workspace's own server. */
export const NewEvent = z
  .strictObject({
    name: EventName,
    subscriberId: z.string().max(64).optional(),
    externalId: z.string().max(200).optional(),
    properties: Properties.optional(),
    /** When it happened, at most 30 days ago; now when absent. */
    at: Instant.optional(),
  })
  .refine(
    (value) => (value.subscriberId === undefined) !== (value.externalId === undefined),
    "Give either subscriberId or externalId.",
  );
export type NewEvent = z.output<typeof NewEvent>;

const Person = z.object({ id: Id, name: z.string().nullable(), externalId: z.string().nullable() });

/** A stored event, and what came of it. */
export const EventRow = z.object({
  id: Id,
  name: z.string(),
  subscriber: Person,
  siteId: Id.nullable(),
  properties: z.record(z.string(), z.unknown()),
  at: Instant,
  receivedAt: Instant,
  /** Campaigns listen for it and have not looked yet. */
  isWaiting: z.boolean(),
  firings: z.array(z.object({ campaignId: Id, campaignName: z.string(), outcome: z.enum(firingOutcomes) })),
});
export type EventRow = z.output<typeof EventRow>;

export const EventFilter = PageQuery.extend({
  name: z.string().max(100).optional(),
  subscriberId: z.string().max(64).optional(),
});
export type EventFilter = z.output<typeof EventFilter>;

/** Names that came, with the properties of the newest of each and their values: what an editor suggests, and tries content on. */
export const EventNames = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      lastAt: Instant,
      properties: z.array(z.string()),
      /** As the content names them: `event.<property>`. */
      variables: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    }),
  ),
});
export type EventNames = z.output<typeof EventNames>;

/** Fires for chosen people only, outside every counter; the condition is tried, and does not hold it back. */
export const TestFire = z.strictObject({
  properties: Properties.optional(),
  subscriptionIds: z.array(z.string().max(64)).min(1).max(10, "At most 10.").optional(),
  subscriberIds: z.array(z.string().max(64)).min(1).max(10, "At most 10.").optional(),
});
export type TestFire = z.output<typeof TestFire>;
export const TestFired = z.object({
  messageIds: z.array(Id),
  firingId: Id,
  /** Whether an event like this one would fire; null without a condition. */
  conditionHolds: z.boolean().nullable(),
});
export type TestFired = z.output<typeof TestFired>;
