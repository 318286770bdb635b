import { RejectionNote } from "#lib/campaigns/approval-schema.ts";
import { rejectCampaign } from "#lib/campaigns/approvals.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/reject", {
  POST: endpoint({
    summary: "Reject a draft, with a note that says why",
    permission: "campaigns:approve",
    params: ids("campaignId"),
    body: RejectionNote,
    result: Campaign,
    run: ({ ctx, params, body }) => rejectCampaign(ctx, params.campaignId, body),
  }),
});
