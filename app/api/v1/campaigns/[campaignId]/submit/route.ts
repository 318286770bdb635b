import { ApprovalNote } from "#lib/campaigns/approval-schema.ts";
import { submitCampaign } from "#lib/campaigns/approvals.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/submit", {
  POST: endpoint({
    summary: "Ask for approval of a draft as it is now",
    permission: "campaigns:write",
    params: ids("campaignId"),
    body: ApprovalNote,
    result: Campaign,
    run: ({ ctx, params, body }) => submitCampaign(ctx, params.campaignId, body),
  }),
});
