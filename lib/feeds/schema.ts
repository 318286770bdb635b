import { z } from "zod";
import { HttpUrl, Id, Instant, PageQuery, text } from "#lib/schema.ts";
import { maxItemsPerHourDefault, pollMinutesDefault } from "./defaults.ts";

const PollMinutes = z.number().int().min(5, "At least 5 minutes.").max(1440, "At most a day (1,440 minutes).");
const MaxItemsPerHour = z.number().int().min(1, "At least 1.").max(60, "At most 60.");

export const NewFeed = z.strictObject({
  /** The feed's address, or that of a page that names its feed. */
  url: HttpUrl,
  /** Default: the feed's own title. */
  name: text(120).optional(),
  pollMinutes: PollMinutes.default(pollMinutesDefault),
  /** Items that a campaign sends within an hour; the rest waits, at most a day. */
  maxItemsPerHour: MaxItemsPerHour.default(maxItemsPerHourDefault),
});
export type NewFeed = z.output<typeof NewFeed>;
export type NewFeedInput = z.input<typeof NewFeed>;

export const FeedChanges = z.strictObject({
  url: HttpUrl.optional(),
  name: text(120).optional(),
  pollMinutes: PollMinutes.optional(),
  maxItemsPerHour: MaxItemsPerHour.optional(),
  isActive: z.boolean().optional(),
});
export type FeedChanges = z.output<typeof FeedChanges>;

export const Feed = z.object({
  id: Id,
  siteId: Id,
  name: z.string(),
  url: z.string(),
  pollMinutes: z.number().int(),
  maxItemsPerHour: z.number().int(),
  isActive: z.boolean(),
  /** Null until its items are known; from then on new ones are sent. */
  readSince: Instant.nullable(),
  lastFetchedAt: Instant.nullable(),
  nextFetchAt: Instant,
  /** Failures in a row; the next try waits longer after each. */
  failures: z.number().int(),
  lastError: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Feed = z.output<typeof Feed>;

export const FeedFilter = PageQuery.extend({ search: z.string().max(200).optional() });
export type FeedFilter = z.output<typeof FeedFilter>;

/** What an item says, as the variables `item.…` of a campaign's content. */
const ItemFields = {
  title: z.string(),
  description: z.string(),
  url: z.string().nullable(),
  imageUrl: z.string().nullable(),
  author: z.string().nullable(),
  publishedAt: Instant.nullable(),
};

export const FeedItem = z.object({
  id: Id,
  ...ItemFields,
  /** Known from the first fetch: never sent. */
  isOld: z.boolean(),
  createdAt: Instant,
});
export type FeedItem = z.output<typeof FeedItem>;

export const FeedPreviewQuery = z.strictObject({ url: HttpUrl });
export const FeedPreview = z.object({
  /** The feed's own address: the page's feed when a page was given. */
  url: z.string(),
  title: z.string(),
  itemCount: z.number().int(),
  /** The newest, at most 10. */
  items: z.array(z.object(ItemFields)),
});
export type FeedPreview = z.output<typeof FeedPreview>;
