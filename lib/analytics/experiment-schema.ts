import { z } from "zod";
import { Counts } from "#lib/campaigns/schema.ts";
import { Instant } from "#lib/schema.ts";

/** A share with the bounds within which it lies in 19 of 20 cases (Wilson's interval). All 0 to 1. */
export const Share = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Share = z.output<typeof Share>;

/** How sure one can be: too few messages, too small a difference, or a clear one. */
export const verdicts = ["not_enough_data", "no_clear_difference", "clear"] as const;
export type Verdict = (typeof verdicts)[number];

const Group = z.object({
  /** Messages addressed (hold-out: not sent on purpose). */
  messages: z.number().int(),
  /** People with the goal event within the days. */
  conversions: z.number().int(),
  rate: Share,
  /** Sum of the goal events' `value`. */
  value: z.number(),
});

export const ExperimentResult = z.object({
  /** When the winner of the newest run is chosen by clicks; null when there is no test share. */
  decideAt: Instant.nullable(),
  winner: z.object({ variant: z.number().int(), at: Instant, by: z.enum(["clicks", "person"]) }).nullable(),
  variants: z.array(
    z.object({
      variant: z.number().int(),
      name: z.string(),
      weight: z.number().int(),
      counts: Counts,
      /** clicked / sent */
      clickRate: Share,
    }),
  ),
  /** Who waited for the winner; null when nobody did. */
  rest: Counts.nullable(),
  /** Best against second best by click rate; null with less than two variants. */
  comparison: z
    .object({
      best: z.number().int(),
      verdict: z.enum(verdicts),
      /** Difference of the two click rates, with its bounds. */
      difference: Share,
    })
    .nullable(),
  holdout: z
    .object({
      messages: z.number().int(),
      goalEvent: z.string().nullable(),
      /** Days after the start within which goal events count. */
      days: z.number().int(),
      currency: z.string(),
      /** null without a goal event: who got nothing cannot click. */
      comparison: z
        .object({
          treated: Group,
          heldOut: Group,
          verdict: z.enum(verdicts),
          /** Difference of the two rates, with its bounds. */
          difference: Share,
          /** Conversions and value that the campaign brought beyond what would have happened anyway. */
          extraConversions: z.number(),
          extraValue: z.number(),
        })
        .nullable(),
    })
    .nullable(),
});
export type ExperimentResult = z.output<typeof ExperimentResult>;
