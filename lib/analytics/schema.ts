import { z } from "zod";
import { messageStatuses } from "#lib/campaigns/message-statuses.ts";
import { Counts, campaignStatuses } from "#lib/campaigns/schema.ts";
import { Id, Instant } from "#lib/schema.ts";

/** Dates are UTC days, both included; the default is the last 30 days. */
export const DashboardRange = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export type DashboardRange = z.output<typeof DashboardRange>;

const DayFigures = Counts.extend({
  date: z.string(),
  subscribed: z.number().int(),
  unsubscribed: z.number().int(),
  /** Subscriptions that push services no longer know, or that were replaced. */
  lost: z.number().int(),
  /** Active subscriptions at the end of the day. */
  subscribers: z.number().int(),
});

/** The figures of a site or of the whole workspace over a range of days. */
export const Dashboard = z.object({
  from: z.string(),
  to: z.string(),
  /** Active subscriptions now. */
  subscribers: z.number().int(),
  totals: Counts,
  /** clicked × value per click, summed over sites; null when sites have different currencies */
  value: z.number().nullable(),
  currency: z.string().nullable(),
  clickRate: z.number(),
  days: z.array(DayFigures),
  campaigns: z.array(Counts.extend({ id: Id, name: z.string(), status: z.string(), startedAt: Instant.nullable() })),
});
export type Dashboard = z.output<typeof Dashboard>;

/** A campaign's counters beside its ledger. Counts of messages. */
export const Reconciliation = z.object({
  campaignId: Id,
  at: Instant,
  /** Rows of the ledger: the sum over all states. */
  recipients: z.number().int(),
  isExact: z.boolean(),
  /** Older messages were dropped by age; what is left is held against counters that still count them. */
  ledgerSince: Instant.nullable(),
  states: z.array(z.object({ status: z.enum(messageStatuses), ledger: z.number().int(), counters: z.number().int() })),
  reasons: z.array(z.object({ status: z.enum(messageStatuses), reason: z.string(), count: z.number().int() })),
});
export type Reconciliation = z.output<typeof Reconciliation>;

/** What became of a device in a campaign: the message's state, or what kept it out of the audience. */
export const explanationCodes = [
  ...messageStatuses,
  "shown",
  "clicked",
  "not_started",
  "test_device",
  "other_site",
  "subscribed_later",
  "not_in_audience",
  "opted_out",
  "was_not_active",
  "dropped_by_age",
  "not_yet_addressed",
] as const;

export const Explanation = z.object({
  campaignId: Id,
  subscriberId: Id,
  /** When the newest run began; null before it. */
  startedAt: Instant.nullable(),
  devices: z.array(
    z.object({
      subscriptionId: Id,
      browser: z.string().nullable(),
      os: z.string().nullable(),
      code: z.enum(explanationCodes),
      at: Instant.nullable(),
      message: z
        .object({
          id: Id,
          status: z.enum(messageStatuses),
          reason: z.string().nullable(),
          attempts: z.number().int(),
          sentAt: Instant.nullable(),
          deliveredAt: Instant.nullable(),
          clickedAt: Instant.nullable(),
          dismissedAt: Instant.nullable(),
        })
        .nullable(),
    }),
  ),
});
export type Explanation = z.output<typeof Explanation>;

/** How a segment went: its size by day, and what the campaigns to it achieved. */
export const SegmentHistory = z.object({
  /** Up to a year, oldest first (UTC days). */
  days: z.array(z.object({ date: z.string(), count: z.number().int() })),
  /** The newest 50 campaigns whose audience it is. */
  campaigns: z.array(
    z.object({
      id: Id,
      name: z.string(),
      status: z.enum(campaignStatuses),
      startedAt: Instant.nullable(),
      counts: Counts,
    }),
  ),
});
export type SegmentHistory = z.output<typeof SegmentHistory>;
