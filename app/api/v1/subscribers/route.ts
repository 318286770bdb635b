import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { NewSubscriber, Subscriber, SubscriberFilter, SubscriberWithPhone } from "#lib/subscribers/schema.ts";
import { createSubscriber, listSubscribers } from "#lib/subscribers/subscribers.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers", {
  GET: endpoint({
    summary: "List subscribers, newest first unless `sort` says otherwise",
    permission: "subscribers:read",
    query: SubscriberFilter,
    result: pageOf(Subscriber),
    run: ({ ctx, query }) => listSubscribers(ctx, query),
  }),
  POST: endpoint({
    summary: "Add a known person who has no browser subscribed yet",
    permission: "subscribers:write",
    body: NewSubscriber,
    result: SubscriberWithPhone,
    status: 201,
    run: ({ ctx, body }) => createSubscriber(ctx, body),
  }),
});
