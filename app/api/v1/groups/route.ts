import { createGroup, listGroups } from "#lib/groups/groups.ts";
import { Group, GroupFilter, NewGroup } from "#lib/groups/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups", {
  GET: endpoint({
    summary: "List groups, newest first; a custodian's own only",
    permission: "groups:read",
    query: GroupFilter,
    result: pageOf(Group),
    run: ({ ctx, query }) => listGroups(ctx, query),
  }),
  POST: endpoint({
    summary: "Make a group",
    permission: "groups:write",
    body: NewGroup,
    result: Group,
    status: 201,
    run: ({ ctx, body }) => createGroup(ctx, body),
  }),
});
