import { z } from "zod";
import { HttpUrl, ImageUrl, optionalText, text } from "#lib/schema.ts";
import { maxActionGraphemes, maxActions, maxMessageGraphemes, maxTitleGraphemes, maxUtmGraphemes } from "./limits.ts";

/** UTM parameters added to the link of a message. */
export const Utm = z.strictObject({
  source: optionalText(maxUtmGraphemes).optional(),
  medium: optionalText(maxUtmGraphemes).optional(),
  campaign: optionalText(maxUtmGraphemes).optional(),
  term: optionalText(maxUtmGraphemes).optional(),
  content: optionalText(maxUtmGraphemes).optional(),
});
export type Utm = z.output<typeof Utm>;

/** What a message says. Title and message may hold `{{variable|fallback}}`. */
export const Content = z.strictObject({
  title: text(maxTitleGraphemes),
  message: text(maxMessageGraphemes),
  url: HttpUrl.optional(),
  iconUrl: ImageUrl.optional(),
  imageUrl: ImageUrl.optional(),
  utm: Utm.optional(),
  actions: z
    .array(z.strictObject({ title: text(maxActionGraphemes), url: HttpUrl }))
    .max(maxActions, `At most ${maxActions} buttons.`)
    .optional(),
});
export type Content = z.output<typeof Content>;
