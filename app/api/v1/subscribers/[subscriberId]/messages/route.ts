import { listSubscriberMessages } from "#lib/analytics/performance.ts";
import { Message, MessageFilter } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}/messages", {
  GET: endpoint({
    summary: "List what was sent, or not sent, to one person",
    permission: "subscribers:read",
    params: ids("subscriberId"),
    query: MessageFilter,
    result: pageOf(Message),
    run: ({ ctx, params, query }) => listSubscriberMessages(ctx, params.subscriberId, query),
  }),
});
