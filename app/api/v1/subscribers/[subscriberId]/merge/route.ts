import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { mergeSubscribers } from "#lib/subscribers/merge.ts";
import { Merge, SubscriberWithPhone } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}/merge", {
  POST: endpoint({
    summary: "Make two people one",
    description: "Devices, groups, messages and events of `fromId` become this person's; it cannot be undone.",
    permission: "subscribers:write",
    params: ids("subscriberId"),
    body: Merge,
    result: SubscriberWithPhone,
    run: ({ ctx, params, body }) => mergeSubscribers(ctx, params.subscriberId, body.fromId),
  }),
});
