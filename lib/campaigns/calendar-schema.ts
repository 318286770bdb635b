import { z } from "zod";
import { Id, Instant } from "#lib/schema.ts";
import { campaignStatuses, campaignTypes } from "./schema.ts";

export const maxCalendarDays = 62;

export const CalendarQuery = z.strictObject({
  /** Now, unless said. */
  from: Instant.optional(),
  /** 31 days after `from`, unless said. */
  to: Instant.optional(),
  siteId: z.string().max(64).optional(),
});
export type CalendarQuery = z.output<typeof CalendarQuery>;

/** Something that is planned to go out at an instant. */
export const Planned = z.object({
  campaignId: Id,
  name: z.string(),
  type: z.enum(campaignTypes),
  status: z.enum(campaignStatuses),
  siteId: Id.nullable(),
  at: Instant,
  /** How often that day, for what fires many times a day; 1 for all else. */
  times: z.number().int(),
  /** Whether it can be moved to another time as it is: a scheduled one-time campaign. */
  isMovable: z.boolean(),
});
export type Planned = z.output<typeof Planned>;

export const Calendar = z.object({
  data: z.array(Planned),
  /** More is planned than was looked at. */
  isPartial: z.boolean(),
});
export type Calendar = z.output<typeof Calendar>;
