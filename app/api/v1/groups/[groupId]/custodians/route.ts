import { setCustodians } from "#lib/groups/groups.ts";
import { Custodians, Group } from "#lib/groups/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups/{groupId}/custodians", {
  PATCH: endpoint({
    summary: "Say who looks after a group",
    description: "Replaces those who did. `subscriberId` is the custodian as a subscriber, where alarms reach them.",
    permission: "groups:write",
    params: ids("groupId"),
    body: Custodians,
    result: Group,
    run: ({ ctx, params, body }) => setCustodians(ctx, params.groupId, body),
  }),
});
