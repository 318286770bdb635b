import { previewFeed } from "#lib/feeds/feeds.ts";
import { FeedPreview, FeedPreviewQuery } from "#lib/feeds/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/rss-feeds/preview", {
  POST: endpoint({
    summary: "Read a feed, or the feed that a page names, without keeping it",
    permission: "campaigns:write",
    body: FeedPreviewQuery,
    result: FeedPreview,
    run: ({ ctx, body }) => previewFeed(ctx, body),
  }),
});
