import { listFeedItems } from "#lib/feeds/feeds.ts";
import { FeedItem } from "#lib/feeds/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/rss-feeds/{feedId}/items", {
  GET: endpoint({
    summary: "List what a feed has shown so far, newest first",
    permission: "campaigns:read",
    params: ids("feedId"),
    query: PageQuery,
    result: pageOf(FeedItem),
    run: ({ ctx, params, query }) => listFeedItems(ctx, params.feedId, query),
  }),
});
