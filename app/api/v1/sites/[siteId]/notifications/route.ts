import { NewNotification, Notification } from "#lib/campaigns/notification-schema.ts";
import { createNotification, listNotifications } from "#lib/campaigns/notifications.ts";
import { CampaignFilter } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/notifications", {
  GET: endpoint({
    summary: "List a site's campaigns in the flat shape",
    permission: "campaigns:read",
    params: ids("siteId"),
    query: CampaignFilter.omit({ siteId: true }),
    result: pageOf(Notification),
    run: ({ ctx, params, query }) => listNotifications(ctx, params.siteId, query),
  }),
  POST: endpoint({
    summary: "Make a campaign from the flat shape; with scheduledAt it is scheduled too",
    permission: "campaigns:write",
    params: ids("siteId"),
    body: NewNotification,
    result: Notification,
    status: 201,
    run: ({ ctx, params, body }) => createNotification(ctx, params.siteId, body),
  }),
});
