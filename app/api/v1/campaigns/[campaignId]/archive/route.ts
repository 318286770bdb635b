import { archiveCampaign } from "#lib/campaigns/campaigns.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/archive", {
  POST: endpoint({
    summary: "Take a campaign out of the list",
    permission: "campaigns:write",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => archiveCampaign(ctx, params.campaignId),
  }),
  DELETE: endpoint({
    summary: "Put an archived campaign back into the list",
    permission: "campaigns:write",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => archiveCampaign(ctx, params.campaignId, false),
  }),
});
