import { deleteCampaign } from "#lib/campaigns/campaigns.ts";
import { Notification, NotificationChanges } from "#lib/campaigns/notification-schema.ts";
import { getNotification, updateNotification } from "#lib/campaigns/notifications.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/notifications/{campaignId}", {
  GET: endpoint({
    summary: "Get a campaign in the flat shape",
    permission: "campaigns:read",
    params: ids("campaignId"),
    result: Notification,
    run: ({ ctx, params }) => getNotification(ctx, params.campaignId),
  }),
  PATCH: endpoint({
    summary: "Change a draft or scheduled campaign by the flat shape",
    permission: "campaigns:write",
    params: ids("campaignId"),
    body: NotificationChanges,
    result: Notification,
    run: ({ ctx, params, body }) => updateNotification(ctx, params.campaignId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a campaign that is not on its way",
    permission: "campaigns:write",
    params: ids("campaignId"),
    run: ({ ctx, params }) => deleteCampaign(ctx, params.campaignId),
  }),
});
