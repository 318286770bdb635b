import { ApprovalOfCampaign } from "#lib/campaigns/approval-schema.ts";
import { getApproval } from "#lib/campaigns/approvals.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/approval", {
  GET: endpoint({
    summary: "Get a campaign's newest request for approval, with what was changed since",
    permission: "campaigns:read",
    params: ids("campaignId"),
    result: ApprovalOfCampaign,
    run: ({ ctx, params }) => getApproval(ctx, params.campaignId),
  }),
});
