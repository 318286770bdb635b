import { deleteFeed, getFeed, updateFeed } from "#lib/feeds/feeds.ts";
import { Feed, FeedChanges } from "#lib/feeds/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/rss-feeds/{feedId}", {
  GET: endpoint({
    summary: "Get a feed",
    permission: "campaigns:read",
    params: ids("feedId"),
    result: Feed,
    run: ({ ctx, params }) => getFeed(ctx, params.feedId),
  }),
  PATCH: endpoint({
    summary: "Change a feed, or switch it off or on",
    permission: "campaigns:write",
    params: ids("feedId"),
    body: FeedChanges,
    result: Feed,
    run: ({ ctx, params, body }) => updateFeed(ctx, params.feedId, body),
  }),
  DELETE: endpoint({
    summary: "Remove a feed",
    permission: "campaigns:write",
    params: ids("feedId"),
    run: ({ ctx, params }) => deleteFeed(ctx, params.feedId),
  }),
});
