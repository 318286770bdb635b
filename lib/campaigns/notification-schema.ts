import { z } from "zod";
import { Content, Utm } from "#lib/content/schema.ts";
import { HttpUrl, Id, ImageUrl, Instant } from "#lib/schema.ts";
import { campaignStatuses, campaignTypes } from "./schema.ts";

/**
 * The flat shape of a web push campaign with one step, for callers who know no triggers, audiences and steps. A second
 * door to the same campaigns, in the source systems' words.
 */
const flat = {
  title: Content.shape.title,
  message: Content.shape.message,
  destinationUrl: HttpUrl.nullish(),
  iconUrl: ImageUrl.nullish(),
  imageUrl: ImageUrl.nullish(),
  utmParams: Utm.nullish(),
  actionButtons: Content.shape.actions.unwrap().nullish(),
  /** When to send; given at creation the campaign is scheduled at once. */
  scheduledAt: Instant.nullish(),
  segmentId: z.string().max(64).nullish(),
};

export const NewNotification = z.strictObject({ type: z.literal("one_time").default("one_time"), ...flat });
export type NewNotification = z.output<typeof NewNotification>;

export const NotificationChanges = z.strictObject({
  ...flat,
  title: flat.title.optional(),
  message: flat.message.optional(),
});
export type NotificationChanges = z.output<typeof NotificationChanges>;

export const Notification = z.object({
  id: Id,
  siteId: Id.nullable(),
  type: z.enum(campaignTypes),
  status: z.enum(campaignStatuses),
  statusReason: z.string().nullable(),
  title: z.string(),
  message: z.string(),
  destinationUrl: z.string().nullable(),
  iconUrl: z.string().nullable(),
  imageUrl: z.string().nullable(),
  utmParams: z.object(Utm.shape).nullable(),
  actionButtons: z.array(z.object({ title: z.string(), url: z.string() })),
  scheduledAt: Instant.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Notification = z.output<typeof Notification>;
