import type { Locale } from "./locales.ts";
import { messages as en } from "./messages/en.ts";

/** The shape that every language fills; English is complete by definition. */
export type Messages = typeof en;

const languages = { en } satisfies Record<Locale, Messages>;

export function messagesOf(locale: Locale): Messages {
  return languages[locale];
}
