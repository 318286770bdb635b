import { TestSend, TestSent } from "#lib/campaigns/schema.ts";
import { testCampaign } from "#lib/campaigns/test-send.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/test", {
  POST: endpoint({
    summary: "Send the content to at most 10 devices or people now, outside every counter",
    permission: "campaigns:send",
    params: ids("campaignId"),
    body: TestSend,
    result: TestSent,
    status: 202,
    run: ({ ctx, params, body }) => testCampaign(ctx, params.campaignId, body),
  }),
});
