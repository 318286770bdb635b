import { deleteCampaign, getCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import { Campaign, CampaignChanges } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}", {
  GET: endpoint({
    summary: "Get a campaign",
    permission: "campaigns:read",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => getCampaign(ctx, params.campaignId),
  }),
  PATCH: endpoint({
    summary: "Change a draft or scheduled campaign; what is given replaces what was",
    permission: "campaigns:write",
    params: ids("campaignId"),
    body: CampaignChanges,
    result: Campaign,
    run: ({ ctx, params, body }) => updateCampaign(ctx, params.campaignId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a campaign that is not on its way",
    permission: "campaigns:write",
    params: ids("campaignId"),
    run: ({ ctx, params }) => deleteCampaign(ctx, params.campaignId),
  }),
});
