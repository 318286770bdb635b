import { listFeeds } from "#lib/feeds/feeds.ts";
import { Feed, FeedFilter } from "#lib/feeds/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/rss-feeds", {
  GET: endpoint({
    summary: "List the workspace's feeds, newest first",
    permission: "campaigns:read",
    query: FeedFilter,
    result: pageOf(Feed),
    run: ({ ctx, query }) => listFeeds(ctx, query),
  }),
});
