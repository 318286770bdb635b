import { type ContentDraft, emptyContent } from "#components/content/content-draft.ts";

/** A feed that the composer offers, with its newest item to try the content on. */
export type ComposerFeed = {
  id: string;
  name: string;
  sample: {
    title: string;
    description: string;
    url: string | null;
    imageUrl: string | null;
    author: string | null;
  } | null;
};

/** `feedId` is empty until one is chosen. */
export type RssDraft = { type: "rss"; feedId: string };

/** What a site's only feed, or the one that the address names, begins with. */
export function rssDraft(feeds: readonly ComposerFeed[], feedId?: string): RssDraft {
  const chosen = feeds.find(({ id }) => id === feedId) ?? (feeds.length === 1 ? feeds[0] : undefined);
  return { type: "rss", feedId: chosen?.id ?? "" };
}

/** What a campaign of a feed says when nothing was written yet: what the item says. */
export const itemContent: ContentDraft = {
  ...emptyContent,
  title: "{{item.title}}",
  message: "{{item.description|Read it now}}",
};

/** The newest item's values for `{{item.…}}`, to look at. */
export function sampleValues(draft: { type: string }, feeds: readonly ComposerFeed[]): Record<string, string | null> {
  const sample = isRss(draft) ? feeds.find(({ id }) => id === draft.feedId)?.sample : undefined;
  if (!sample) return {};
  return {
    "item.title": sample.title,
    "item.description": sample.description,
    "item.url": sample.url,
    "item.image": sample.imageUrl,
    "item.author": sample.author,
  };
}

function isRss(draft: { type: string }): draft is RssDraft {
  return draft.type === "rss";
}
