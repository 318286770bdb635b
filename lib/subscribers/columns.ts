/**
 * The columns that the list of subscribers can have besides the name, by the names that the API gives the same facts.
 * Without zod, because the list in the browser needs them too.
 */
export const plainColumns = [
  "devices",
  "browser",
  "tags",
  "lastSeenAt",
  "createdAt",
  "externalId",
  "locale",
  "timezone",
  "country",
] as const;
export type PlainColumn = (typeof plainColumns)[number];
/** One of the people's attributes, e.g. `attributes.plan`. */
export type AttributeColumn = `attributes.${string}`;
export type SubscriberColumn = PlainColumn | AttributeColumn;

export const defaultColumns: readonly SubscriberColumn[] = ["devices", "browser", "tags", "lastSeenAt", "createdAt"];
export const maxColumns = 12;

const attributeColumn = /^attributes\.[A-Za-z][A-Za-z0-9_]{0,63}$/;

export function isPlainColumn(text: string): text is PlainColumn {
  return plainColumns.some((column) => column === text);
}

export function isAttributeColumn(text: string): text is AttributeColumn {
  return attributeColumn.test(text);
}

export function isColumn(text: string): text is SubscriberColumn {
  return isPlainColumn(text) || isAttributeColumn(text);
}

/** The columns among these texts, each once, at most twelve. */
export function columnsIn(texts: readonly string[]): SubscriberColumn[] {
  return [...new Set(texts.filter(isColumn))].slice(0, maxColumns);
}

/** How the list may be sorted: newest first, oldest first, by name. */
export const subscriberSorts = ["-createdAt", "createdAt", "name"] as const;
export type SubscriberSort = (typeof subscriberSorts)[number];
