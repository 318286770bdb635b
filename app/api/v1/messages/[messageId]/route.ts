import { getMessage } from "#lib/analytics/performance.ts";
import { Message } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/messages/{messageId}", {
  GET: endpoint({
    summary: "What became of one message, test messages included",
    permission: "campaigns:read",
    params: ids("messageId"),
    result: Message,
    run: ({ ctx, params }) => getMessage(ctx, params.messageId),
  }),
});
