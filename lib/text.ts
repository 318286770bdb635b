/** What texts and addresses are, without zod: for shapes and for forms in the browser alike. */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many characters a person sees: an emoji with its modifiers is one. */
export function graphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

/** PostgreSQL's text takes no NUL, and a lone surrogate is no character at all. */
export function isStorableText(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}

/** What is wrong with text that must not be blank and has at most `max` graphemes. */
export function textFault(value: string, max: number): string | undefined {
  return value.trim() === "" && isStorableText(value) ? "Must not be blank." : optionalTextFault(value, max);
}

export function optionalTextFault(value: string, max: number): string | undefined {
  if (!isStorableText(value)) return "Contains a character that cannot be stored.";
  // No grapheme is shorter than one unit, and counting them is slow.
  if (value.length <= max) return undefined;
  return value.length > max * 16 || graphemes(value) > max ? `At most ${max} characters.` : undefined;
}

/** Parses an absolute http(s) URL as browsers do; undefined for everything else (`javascript:`, `//host`, userinfo …). */
export function parseHttpUrl(value: string): URL | undefined {
  if (!/^https?:\/\//i.test(value) || /[\s\\\p{Cc}]/u.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.hostname !== "" && url.username === "" && url.password === "" ? url : undefined;
}

function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]";
}

/** What is wrong with a link that a click may open: absolute, http or https, at most 2,048 characters. */
export function httpUrlFault(value: string): string | undefined {
  if (value.length > 2048) return "At most 2,048 characters.";
  return parseHttpUrl(value) ? undefined : "Must be a full address that starts with https:// or http://.";
}

/** What is wrong with a picture that browsers will load inside a notification: https, or http on this very machine. */
export function imageUrlFault(value: string): string | undefined {
  const url = parseHttpUrl(value);
  return !url || url.protocol === "https:" || isLoopback(url)
    ? httpUrlFault(value)
    : "Must start with https://: browsers load no pictures over http.";
}
