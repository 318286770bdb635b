import { createFeed, listSiteFeeds } from "#lib/feeds/feeds.ts";
import { Feed, FeedFilter, NewFeed } from "#lib/feeds/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/rss-feeds", {
  GET: endpoint({
    summary: "List a site's feeds, newest first",
    permission: "campaigns:read",
    params: ids("siteId"),
    query: FeedFilter,
    result: pageOf(Feed),
    run: ({ ctx, params, query }) => listSiteFeeds(ctx, params.siteId, query),
  }),
  POST: endpoint({
    summary: "Add an RSS, Atom or JSON feed; what it holds now is never sent",
    permission: "campaigns:write",
    params: ids("siteId"),
    body: NewFeed,
    result: Feed,
    status: 201,
    run: ({ ctx, params, body }) => createFeed(ctx, params.siteId, body),
  }),
});
