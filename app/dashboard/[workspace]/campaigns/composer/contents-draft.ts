import type { z } from "zod";
import {
  type ContentDraft,
  contentErrors,
  contentOf,
  draftOf,
  emptyContent,
} from "#components/content/content-draft.ts";
import type { Campaign, NewCampaignInput } from "#lib/campaigns/schema.ts";
import type { Content } from "#lib/content/schema.ts";
import type { Occasion } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";

/** One of several contents that share the audience; `weight` is in percent, as typed. */
export type VariantDraft = {
  id: string;
  name: string;
  weight: string;
  content: ContentDraft;
  translations: Record<string, ContentDraft>;
};

/** All that a campaign says. With variants each of them stands for itself, and `content` and `translations` rest. */
export type ContentsDraft = {
  content: ContentDraft;
  translations: Record<string, ContentDraft>;
  variants: VariantDraft[];
};

/** Which of them is on the screen: a variant by position, and a language, null for the one that all others read. */
export type Place = { variant: number; locale: string | null };

export const firstPlace: Place = { variant: 0, locale: null };

export function newContents(content: ContentDraft = emptyContent): ContentsDraft {
  return { content, translations: {}, variants: [] };
}

/** A place that there is, the next best to a wished one. */
export function placeIn(draft: ContentsDraft, { variant, locale }: Place): Place {
  const at = Math.max(0, Math.min(variant, draft.variants.length - 1));
  const { translations } = draft.variants[at] ?? draft;
  return { variant: at, locale: locale !== null && translations[locale] ? locale : null };
}

export function contentAt(draft: ContentsDraft, place: Place): ContentDraft {
  const { content, translations } = draft.variants[place.variant] ?? draft;
  return (place.locale !== null && translations[place.locale]) || content;
}

export function localesAt(draft: ContentsDraft, { variant }: Place): string[] {
  return Object.keys((draft.variants[variant] ?? draft).translations);
}

type Texts = Pick<ContentsDraft, "content" | "translations">;

/** The draft with the texts of a variant, or its only ones, changed. */
export function withTexts(draft: ContentsDraft, { variant }: Place, change: (texts: Texts) => Texts): ContentsDraft {
  if (draft.variants.length === 0) return { ...draft, ...change(draft) };
  const variants = draft.variants.map((each, index) => (index === variant ? { ...each, ...change(each) } : each));
  return { ...draft, variants };
}

export function withContentAt(draft: ContentsDraft, place: Place, next: ContentDraft): ContentsDraft {
  const { locale } = place;
  return withTexts(draft, place, (texts) =>
    locale === null
      ? { ...texts, content: next }
      : { ...texts, translations: { ...texts.translations, [locale]: next } },
  );
}

/** One variant more, beginning as a copy; all get even weights. From one text it makes two. */
export function withVariant(draft: ContentsDraft, nameOf: (index: number) => string): ContentsDraft {
  const last = draft.variants.at(-1) ?? draft;
  const copy = (index: number) => ({
    id: crypto.randomUUID(),
    name: nameOf(index),
    weight: "",
    content: last.content,
    translations: last.translations,
  });
  const variants = draft.variants.length === 0 ? [copy(0), copy(1)] : [...draft.variants, copy(draft.variants.length)];
  return { ...draft, variants: evenly(variants) };
}

/** Without a variant; the last one but one leaves its text to all. */
export function withoutVariant(draft: ContentsDraft, index: number): ContentsDraft {
  const left = draft.variants.filter((_, at) => at !== index);
  const [only] = left;
  if (left.length === 1 && only) return { content: only.content, translations: only.translations, variants: [] };
  return { ...draft, variants: evenly(left) };
}

function evenly(variants: VariantDraft[]): VariantDraft[] {
  const share = Math.floor(100 / variants.length);
  return variants.map((each, index) => ({
    ...each,
    weight: String(index === 0 ? 100 - share * (variants.length - 1) : share),
  }));
}

/** Where the fields of a place stand among errors: `variants.0.translations.de.` in front of `title`. */
export function prefixOf(draft: ContentsDraft, { variant, locale }: Place): string {
  const own = draft.variants.length > 0 ? `variants.${variant}.` : "";
  return locale === null ? own : `${own}translations.${locale}.`;
}

export function placesOf(draft: ContentsDraft): Place[] {
  const count = Math.max(1, draft.variants.length);
  return Array.from({ length: count }, (_, variant) => variant).flatMap((variant) => [
    { variant, locale: null },
    ...localesAt(draft, { variant, locale: null }).map((locale) => ({ variant, locale })),
  ]);
}

/** What is wrong, by field with the place in front. */
export function contentsErrors(
  draft: ContentsDraft,
  words: { weights: string; variantName: string },
  occasion?: Occasion,
) {
  const errors: FieldErrors = {};
  for (const place of placesOf(draft))
    for (const [field, messages] of Object.entries(contentErrors(contentAt(draft, place), occasion)))
      errors[prefixOf(draft, place) + field] = messages;
  const { variants } = draft;
  if (variants.length === 0) return errors;
  const weights = variants.map(({ weight }) => Number(weight));
  if (weights.some((weight) => weight < 1) || weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    errors["variants.weights"] = [words.weights];
  const names = variants.map(({ name }) => name.trim());
  if (names.includes("") || new Set(names).size < names.length) errors["variants.names"] = [words.variantName];
  return errors;
}

/** The server's errors about a step, in the fields' names here: `steps.0.variants.1.content.title` → `variants.1.title`. */
export function contentsFields(errors: FieldErrors): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).map(([name, messages]) => [
      name === "localAt"
        ? "at"
        : name.startsWith("steps.0.")
          ? name.slice("steps.0.".length).replace(/(^|\.)content\./, "$1")
          : name,
      messages,
    ]),
  );
}

type Step = NewCampaignInput["steps"][number];

/** In wire form. Not checked. */
export function stepOf({ content, translations, variants }: ContentsDraft): Step {
  const [first] = variants;
  if (!first) return { content: contentOf(content), ...translated(translations) };
  return {
    // What a test send and the list of campaigns show.
    content: contentOf(first.content),
    variants: variants.map((each) => ({
      name: each.name.trim(),
      weight: Number(each.weight),
      content: contentOf(each.content),
      ...translated(each.translations),
    })),
  };
}

function translated(translations: Record<string, ContentDraft>) {
  const entries = Object.entries(translations).map(([locale, draft]) => [locale, contentOf(draft)] as const);
  return entries.length > 0 ? { translations: Object.fromEntries<z.input<typeof Content>>(entries) } : {};
}

export function contentsOfStep(step: Campaign["steps"][number]): ContentsDraft {
  const drafts = (translations: Campaign["steps"][number]["translations"]) =>
    Object.fromEntries(Object.entries(translations ?? {}).map(([locale, content]) => [locale, draftOf(content)]));
  return {
    content: draftOf(step.content),
    translations: drafts(step.translations),
    variants: (step.variants ?? []).map((each, index) => ({
      id: `stored-${index}`,
      name: each.name,
      weight: String(each.weight),
      content: draftOf(each.content),
      translations: drafts(each.translations),
    })),
  };
}
