import { addNamedMembers, removeNamedMembers } from "#lib/groups/named.ts";
import { NamedPeople, NamedPeopleChanged } from "#lib/groups/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups/{groupId}/members/named", {
  POST: endpoint({
    summary: "Add people whom you know by name to a group",
    description:
      "For custodians too, who may not search everybody: by exact e-mail (external id, or the attribute `email`), external id, phone number with its country, or the id of somebody in a group of theirs. 20 a call; 200 people an hour for a custodian. `people` says what came of each.",
    permission: "groups:members",
    params: ids("groupId"),
    body: NamedPeople,
    result: NamedPeopleChanged,
    run: ({ ctx, params, body }) => addNamedMembers(ctx, params.groupId, body),
  }),
  DELETE: endpoint({
    summary: "Take people whom you know by name out of a group",
    permission: "groups:members",
    params: ids("groupId"),
    body: NamedPeople,
    result: NamedPeopleChanged,
    run: ({ ctx, params, body }) => removeNamedMembers(ctx, params.groupId, body),
  }),
});
