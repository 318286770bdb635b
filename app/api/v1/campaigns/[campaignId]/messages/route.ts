import { listCampaignMessages } from "#lib/analytics/performance.ts";
import { Message, MessageFilter } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/messages", {
  GET: endpoint({
    summary: "List a campaign's messages with what became of each",
    permission: "campaigns:read",
    params: ids("campaignId"),
    query: MessageFilter,
    result: pageOf(Message),
    run: ({ ctx, params, query }) => listCampaignMessages(ctx, params.campaignId, query),
  }),
});
