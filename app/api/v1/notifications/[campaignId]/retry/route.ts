import { retryCampaign } from "#lib/campaigns/moves.ts";
import { Notification } from "#lib/campaigns/notification-schema.ts";
import { toNotification } from "#lib/campaigns/notifications.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/notifications/{campaignId}/retry", {
  POST: endpoint({
    summary: "Try the failed messages again; answers in the flat shape",
    permission: "campaigns:send",
    params: ids("campaignId"),
    result: Notification,
    run: async ({ ctx, params }) => toNotification(await retryCampaign(ctx, params.campaignId)),
  }),
});
