import { z } from "zod";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { eraseSubscriber } from "#lib/privacy/erase.ts";
import { SubscriberChanges, SubscriberWithPhone } from "#lib/subscribers/schema.ts";
import { deleteSubscriber, getSubscriber, updateSubscriber } from "#lib/subscribers/subscribers.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}", {
  GET: endpoint({
    summary: "Get a subscriber",
    permission: "subscribers:read",
    params: ids("subscriberId"),
    result: SubscriberWithPhone,
    run: ({ ctx, params }) => getSubscriber(ctx, params.subscriberId),
  }),
  PATCH: endpoint({
    summary: "Change a subscriber; isActive: false opts the person out of everything",
    permission: "subscribers:write",
    params: ids("subscriberId"),
    body: SubscriberChanges,
    result: SubscriberWithPhone,
    run: ({ ctx, params, body }) => updateSubscriber(ctx, params.subscriberId, body),
  }),
  DELETE: endpoint({
    summary: "Unsubscribe every device of the person and hide the person; erase=true forgets the person for good",
    permission: "subscribers:write",
    params: ids("subscriberId"),
    query: z.strictObject({ erase: z.stringbool().optional() }),
    run: ({ ctx, params, query }) => (query.erase ? eraseSubscriber : deleteSubscriber)(ctx, params.subscriberId),
  }),
});
