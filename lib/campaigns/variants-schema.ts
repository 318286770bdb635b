import { z } from "zod";
import { Content } from "#lib/content/schema.ts";
import { Locale, text } from "#lib/schema.ts";
import { maxVariants } from "./limits.ts";

const maxTranslations = 30;

/** Content by language tag. Who reads none of them gets the content beside it. */
export const Translations = z
  .record(Locale, Content)
  .refine((value) => Object.keys(value).length <= maxTranslations, `At most ${maxTranslations} translations.`);
export type Translations = z.output<typeof Translations>;

/** One of several contents that share an audience. `weight` is its share in percent. */
export const Variant = z.strictObject({
  name: text(60),
  weight: z.number().int().min(1).max(99),
  content: Content,
  translations: Translations.optional(),
});
export type Variant = z.output<typeof Variant>;

export const Variants = z
  .array(Variant)
  .min(2, "At least two variants.")
  .max(maxVariants, `At most ${maxVariants} variants.`)
  .refine((list) => weightOf(list) === 100, {
    error: ({ input }) => `The weights must add up to 100; they make ${weightOf(input)}.`,
  })
  .refine((list) => new Set(list.map(({ name }) => name.trim())).size === list.length, "Each needs its own name.");

function weightOf(list: unknown): number {
  const weights = Array.isArray(list) ? list.map((each: Partial<Variant>) => each.weight ?? 0) : [];
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** What a step may say besides its content. With variants, all who get it get one of them. */
export const otherContents = { translations: Translations.optional(), variants: Variants.optional() };

/** Who takes part in a test of variants, and who gets nothing so that the effect can be measured. Shares are 0 to 1. */
export const Experiment = z.strictObject({
  /** The part of the audience that gets the variants; the rest waits for the winner. Without it everybody takes part. */
  testShare: z.number().min(0.01).max(1).optional(),
  /** From the start of the send until the winner is chosen by clicks. */
  waitMinutes: z.number().int().min(5).max(10_080).optional(),
  /** The part of the audience that gets nothing. */
  holdoutShare: z.number().min(0).max(0.5).optional(),
  /** The custom event that counts as success when hold-out and recipients are compared. */
  goalEvent: text(100).optional(),
});
export type Experiment = z.output<typeof Experiment>;

/** The variant number of who waits for a winner and then gets it. */
export const restVariant = -1;
/** The variant number of who is held out and gets none. */
export const holdoutVariant = -2;

/** The number of a variant, counted from 0. */
export const WinnerChoice = z.strictObject({
  variant: z
    .number()
    .int()
    .min(0)
    .max(maxVariants - 1),
});
export type WinnerChoice = z.output<typeof WinnerChoice>;
