import { deleteGroup, getGroup, updateGroup } from "#lib/groups/groups.ts";
import { Group, GroupChanges } from "#lib/groups/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups/{groupId}", {
  GET: endpoint({
    summary: "Get a group",
    permission: "groups:read",
    params: ids("groupId"),
    result: Group,
    run: ({ ctx, params }) => getGroup(ctx, params.groupId),
  }),
  PATCH: endpoint({
    summary: "Change a group's name or description",
    permission: "groups:write",
    params: ids("groupId"),
    body: GroupChanges,
    result: Group,
    run: ({ ctx, params, body }) => updateGroup(ctx, params.groupId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a group; its people stay",
    description: "409 while a campaign that is not over uses it.",
    permission: "groups:write",
    params: ids("groupId"),
    run: ({ ctx, params }) => deleteGroup(ctx, params.groupId),
  }),
});
