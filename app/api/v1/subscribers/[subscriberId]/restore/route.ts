import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { SubscriberWithPhone } from "#lib/subscribers/schema.ts";
import { restoreSubscriber } from "#lib/subscribers/subscribers.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}/restore", {
  POST: endpoint({
    summary: "Show a deleted subscriber again",
    permission: "subscribers:write",
    params: ids("subscriberId"),
    result: SubscriberWithPhone,
    run: ({ ctx, params }) => restoreSubscriber(ctx, params.subscriberId),
  }),
});
