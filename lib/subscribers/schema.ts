import { z } from "zod";
import { channelIds } from "#lib/channels/channel.ts";
import { Id, Instant, Locale, optionalText, PageQuery, TimeZone, text } from "#lib/schema.ts";
import { QuietHours } from "#lib/sites/schema.ts";
import { isStorableText } from "#lib/text.ts";
import { subscriberSorts } from "./columns.ts";

export const maxTags = 200;
export const Tag = text(100);
export const Tags = z.array(Tag).max(maxTags, `At most ${maxTags} tags.`);

/** Custom facts about a person: flat, at most 100 keys, each a text, number or yes/no. */
export const Attributes = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "Keys: a letter, then letters, digits or _, at most 64."),
    z.union([z.number("Must be a text, a number, yes or no, or null."), optionalText(1000), z.boolean(), z.null()]),
  )
  .refine((value) => Object.keys(value).length <= 100, "At most 100 attributes.");

const base64url = /^[A-Za-z0-9_-]+={0,2}$/;

/** PushSubscription.toJSON() of the Push API. Endpoint and keys are checked further in lib/subscribers. */
export const PushSubscriptionJson = z.strictObject({
  endpoint: z.string().max(2048, "At most 2,048 characters."),
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({
    p256dh: z.string().max(200).regex(base64url, "Must be base64url."),
    auth: z.string().max(200).regex(base64url, "Must be base64url."),
  }),
});
export type PushSubscriptionJson = z.output<typeof PushSubscriptionJson>;

/** What sdk.js posts when a browser subscribes. */
export const Subscribe = z.strictObject({
  siteId: z.string().max(64),
  subscription: PushSubscriptionJson,
  timezone: TimeZone.optional(),
  locale: Locale.optional(),
  tags: Tags.optional(),
  previousEndpoint: z.string().max(2048).optional(),
  /** A random id that the SDK keeps in this browser: whatever address the browser had before is replaced. */
  deviceId: z
    .string()
    .regex(/^[\w-]{16,64}$/, "16 to 64 letters, digits, _ or -.")
    .optional(),
  /** Addresses that other workers of the page's origin hold in this browser, say those of a system that was here before. */
  otherEndpoints: z.array(z.string().max(2048)).max(5, "At most 5.").optional(),
  /** The VAPID public key the browser subscribed with, when it is not the site's newest. */
  vapidPublicKey: z.string().max(100).optional(),
  /** The page where it happened and the version of the soft-ask that was shown: part of the consent record. */
  page: optionalText(2048).optional(),
  promptVersion: optionalText(40).optional(),
});
export type Subscribe = z.output<typeof Subscribe>;

export const Subscribed = z.object({ subscriberId: Id, subscriptionId: Id, token: z.string() });
export type Subscribed = z.output<typeof Subscribed>;

const identity = {
  externalId: text(200).optional(),
  name: text(200).optional(),
  attributes: Attributes.optional(),
};
export const Identify = z.strictObject({
  ...identity,
  /** Facts that the site's server signed, instead of plain ones; some sites take no others. */
  token: z.string().max(8_000).optional(),
});
/** The facts of a signed token; undefined when they cannot be stored. */
export function decodedIdentity(claims: unknown) {
  return z.object(identity).safeParse(claims).data;
}
export const ChangeTags = z.strictObject({ add: Tags.optional(), remove: Tags.optional() });
export const Preferences = z.record(z.string().max(64), z.boolean());
export type Preferences = z.output<typeof Preferences>;
/** Sites have far fewer categories; what a browser or a link may add to a person's row has to end somewhere. */
export const maxPreferences = 100;
const fewPreferences = (value: object) => Object.keys(value).length <= maxPreferences;
export const NewPreferences = Preferences.refine(fewPreferences, `At most ${maxPreferences} categories.`);
/** What a browser says that its person wants: categories by their keys, which are lower case, and quiet hours of their own. */
export const Wishes = z
  .object({ quietHours: QuietHours.nullable().optional() })
  .catchall(z.boolean())
  .refine((value) => Object.keys(value).every((key) => key.length <= 64), "Keys: at most 64 characters.")
  .refine(fewPreferences, `At most ${maxPreferences} categories.`);
export type Wishes = z.output<typeof Wishes>;

export const subscriptionStatuses = ["active", "expired", "unsubscribed", "invalid"] as const;

export const Subscription = z.object({
  id: Id,
  channel: z.enum(channelIds),
  siteId: Id.nullable(),
  status: z.enum(subscriptionStatuses),
  statusReason: z.string().nullable(),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  deviceType: z.string().nullable(),
  country: z.string().nullable(),
  isTest: z.boolean(),
  lastSeenAt: Instant,
  createdAt: Instant,
});
export type Subscription = z.output<typeof Subscription>;

export const Subscriber = z.object({
  id: Id,
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  locale: z.string().nullable(),
  timezone: z.string().nullable(),
  country: z.string().nullable(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  preferences: z.record(z.string(), z.boolean()),
  /** When this person wants no messages, by their own clock; null for never. Kept by every campaign. */
  quietHours: QuietHours.nullable(),
  isActive: z.boolean(),
  /** Until then the person wants nothing, by their own choice on their preference page. */
  pausedUntil: Instant.nullable(),
  isDeleted: z.boolean(),
  subscriptions: z.array(Subscription),
  lastSeenAt: Instant,
  createdAt: Instant,
  updatedAt: Instant,
});
export type Subscriber = z.output<typeof Subscriber>;

/** One person, with the number that messages go to and the groups they are in; lists leave these out. */
export const SubscriberWithPhone = Subscriber.extend({
  phone: z.string().nullable(),
  /** By name, 100 at most. */
  groups: z.array(z.object({ id: Id, name: z.string() })),
});
export type SubscriberWithPhone = z.output<typeof SubscriberWithPhone>;

/** With its country, such as +49 151 12345678; kept in E.164. Who gives it vouches that the person agreed. */
const Phone = z
  .string()
  .max(40, "At most 40 characters.")
  .refine(isStorableText, "Contains a character that cannot be stored.");

export const NewSubscriber = z.strictObject({
  externalId: text(200).optional(),
  name: text(200).optional(),
  locale: Locale.optional(),
  timezone: TimeZone.optional(),
  tags: Tags.optional(),
  attributes: Attributes.optional(),
  isActive: z.boolean().optional(),
  phone: Phone.optional(),
});
export type NewSubscriber = z.input<typeof NewSubscriber>;
export const SubscriberChanges = NewSubscriber.extend({
  externalId: text(200).nullable().optional(),
  name: text(200).nullable().optional(),
  preferences: NewPreferences.optional(),
  quietHours: QuietHours.nullable().optional(),
  /** Takes the place of the numbers so far; null takes them away. */
  phone: Phone.nullable().optional(),
});
export type SubscriberChanges = z.input<typeof SubscriberChanges>;

export const SubscriberFilter = PageQuery.extend({
  search: z.string().max(200).optional(),
  status: z.enum(subscriptionStatuses).optional(),
  browser: z.string().max(60).optional(),
  siteId: z.string().max(64).optional(),
  tag: z.string().max(100).optional(),
  groupId: z.string().max(64).optional(),
  /** Whom the segment picks now. */
  segmentId: z.string().max(64).optional(),
  deleted: z.stringbool().optional(),
  /** Newest first when absent. */
  sort: z.enum(subscriberSorts).optional(),
});
export type SubscriberFilter = z.output<typeof SubscriberFilter>;
/** Whom an export has: as the list shows them, all of them. */
export const SubscriberExportQuery = SubscriberFilter.omit({
  page: true,
  pageSize: true,
  cursor: true,
  sort: true,
  deleted: true,
});
export type SubscriberExportQuery = z.output<typeof SubscriberExportQuery>;

/** Events are 31 days old at most: the message they belong to may be gone after that. */
export const maxEventAgeDays = 30;

const eventAt = Instant.optional();
/** What a browser reports. `t` is the message's own signed token and needs no other. */
export const SdkEvent = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("shown"), t: z.string().max(300), at: eventAt }),
  z.strictObject({
    type: z.literal("clicked"),
    t: z.string().max(300),
    action: z.string().max(64).optional(),
    at: eventAt,
  }),
  z.strictObject({ type: z.literal("dismissed"), t: z.string().max(300), at: eventAt }),
  z.strictObject({
    type: z.literal("custom"),
    name: z.string().regex(/^[A-Za-z][\w.:-]{0,99}$/, "Names: a letter, then letters, digits or _ . : -, at most 100."),
    properties: z
      .record(z.string().max(100), z.union([optionalText(1000), z.number(), z.boolean(), z.null()]))
      .optional(),
    at: eventAt,
  }),
]);
export type SdkEvent = z.output<typeof SdkEvent>;
export const SdkEvents = z.strictObject({
  siteId: z.string().max(64),
  events: z.array(SdkEvent).min(1).max(50, "At most 50 events a call."),
});

/** `fromId` becomes part of the person that is named in the path, and is gone. */
export const Merge = z.strictObject({ fromId: z.string().max(64) });

export const BulkTags = z
  .strictObject({
    ids: z.array(z.string().max(64)).min(1, "At least one.").max(1_000, "At most 1,000 a call."),
    add: Tags.optional(),
    remove: Tags.optional(),
  })
  .refine(({ add, remove }) => add !== undefined || remove !== undefined, "Give tags to add or to remove.");
export type BulkTags = z.output<typeof BulkTags>;
export const BulkChanged = z.object({ changed: z.number().int() });

export const TimelineQuery = z.object({
  before: Instant.optional(),
  pageSize: z.coerce.number().int().min(1).max(100).default(25),
});
export type TimelineQuery = z.output<typeof TimelineQuery>;
export const Timeline = z.object({
  data: z.array(
    z.object({
      kind: z.enum(["consent", "message", "event"]),
      at: Instant,
      /** Of a consent granted or withdrawn; of an event its own. */
      name: z.string().nullable(),
      campaignId: Id.nullable(),
      /** Of a message: its state, or the furthest it came (delivered, clicked, dismissed). */
      status: z.string().nullable(),
      reason: z.string().nullable(),
      /** Of an event its own; of a consent `source`, `page` and `promptVersion`. */
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
  nextBefore: Instant.nullable(),
});
export type Timeline = z.output<typeof Timeline>;
