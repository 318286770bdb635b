import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { getSite } from "#lib/sites/sites.ts";
import { Subscriber, SubscriberFilter } from "#lib/subscribers/schema.ts";
import { listSubscribers } from "#lib/subscribers/subscribers.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/subscribers", {
  GET: endpoint({
    summary: "List a site's subscribers, newest first",
    permission: "subscribers:read",
    params: ids("siteId"),
    query: SubscriberFilter.omit({ siteId: true }),
    result: pageOf(Subscriber),
    run: async ({ ctx, params, query }) => {
      await getSite(ctx, params.siteId);
      return await listSubscribers(ctx, { ...query, siteId: params.siteId });
    },
  }),
});
