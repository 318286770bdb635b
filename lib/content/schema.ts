import { z } from "zod";
import { HttpUrl, ImageUrl, optionalText, text } from "#lib/schema.ts";

/** UTM parameters added to the link of a message. */
export const Utm = z.strictObject({
  source: optionalText(200).optional(),
  medium: optionalText(200).optional(),
  campaign: optionalText(200).optional(),
  term: optionalText(200).optional(),
  content: optionalText(200).optional(),
});
export type Utm = z.output<typeof Utm>;

export const maxTitleGraphemes = 120;
export const maxMessageGraphemes = 2000;
/** Chrome shows two action buttons at most; other browsers fewer. */
export const maxActions = 2;

/** What a message says. Title and message may hold `{{variable|fallback}}`. */
export const Content = z.strictObject({
  title: text(maxTitleGraphemes),
  message: text(maxMessageGraphemes),
  url: HttpUrl.optional(),
  iconUrl: ImageUrl.optional(),
  imageUrl: ImageUrl.optional(),
  utm: Utm.optional(),
  actions: z
    .array(z.strictObject({ title: text(40), url: HttpUrl }))
    .max(maxActions, `At most ${maxActions} buttons.`)
    .optional(),
});
export type Content = z.output<typeof Content>;

/** The link with its UTM parameters; those already in the link win. */
export function withUtm(url: string, utm: Utm | undefined): string {
  if (!utm) return url;
  const target = new URL(url);
  for (const [name, value] of Object.entries(utm)) {
    const key = `utm_${name}`;
    if (value && !target.searchParams.has(key)) target.searchParams.set(key, value);
  }
  return target.href;
}
