import { scheduleCampaign } from "#lib/campaigns/moves.ts";
import { Campaign, ScheduleAt } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/schedule", {
  POST: endpoint({
    summary: "Send at an instant; without one at the trigger's own",
    permission: "campaigns:send",
    params: ids("campaignId"),
    body: ScheduleAt,
    result: Campaign,
    run: ({ ctx, params, body }) => scheduleCampaign(ctx, params.campaignId, body),
  }),
});
