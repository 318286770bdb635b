import { checkFeedNow } from "#lib/feeds/feeds.ts";
import { Feed } from "#lib/feeds/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/rss-feeds/{feedId}/check", {
  POST: endpoint({
    summary: "Fetch a feed now instead of at its time",
    permission: "campaigns:write",
    params: ids("feedId"),
    result: Feed,
    run: ({ ctx, params }) => checkFeedNow(ctx, params.feedId),
  }),
});
