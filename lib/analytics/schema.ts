import { z } from "zod";
import { Counts } from "#lib/campaigns/schema.ts";
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
