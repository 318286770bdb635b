import { notFound } from "#lib/errors.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getSite } from "#lib/sites/sites.ts";
import { SubscriberWithPhone } from "#lib/subscribers/schema.ts";
import { getSubscriber } from "#lib/subscribers/subscribers.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/sites/{siteId}/subscribers/{subscriberId}",
  {
    GET: endpoint({
      summary: "Get one of a site's subscribers",
      permission: "subscribers:read",
      params: ids("siteId", "subscriberId"),
      result: SubscriberWithPhone,
      run: async ({ ctx, params }) => {
        await getSite(ctx, params.siteId);
        const subscriber = await getSubscriber(ctx, params.subscriberId);
        if (!subscriber.subscriptions.some(({ siteId }) => siteId === params.siteId)) throw notFound("Subscriber");
        return subscriber;
      },
    }),
  },
);
