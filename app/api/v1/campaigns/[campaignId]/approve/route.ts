import { ApprovalNote } from "#lib/campaigns/approval-schema.ts";
import { approveCampaign } from "#lib/campaigns/approvals.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/approve", {
  POST: endpoint({
    summary: "Approve a draft, so that it may be sent as it is",
    permission: "campaigns:approve",
    params: ids("campaignId"),
    body: ApprovalNote,
    result: Campaign,
    run: ({ ctx, params, body }) => approveCampaign(ctx, params.campaignId, body),
  }),
});
