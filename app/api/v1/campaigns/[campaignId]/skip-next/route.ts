import { skipNextRun } from "#lib/campaigns/moves.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/skip-next", {
  POST: endpoint({
    summary: "Leave out a recurring campaign's next run",
    permission: "campaigns:send",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => skipNextRun(ctx, params.campaignId),
  }),
});
