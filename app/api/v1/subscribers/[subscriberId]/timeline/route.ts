import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Timeline, TimelineQuery } from "#lib/subscribers/schema.ts";
import { subscriberTimeline } from "#lib/subscribers/timeline.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}/timeline", {
  GET: endpoint({
    summary: "What happened to a person, newest first: consents, messages, events",
    permission: "subscribers:read",
    params: ids("subscriberId"),
    query: TimelineQuery,
    result: Timeline,
    run: ({ ctx, params, query }) => subscriberTimeline(ctx, params.subscriberId, query),
  }),
});
