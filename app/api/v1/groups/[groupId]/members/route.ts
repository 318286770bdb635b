import { addGroupMembers, listGroupMembers, removeGroupMembers } from "#lib/groups/members.ts";
import { GroupMember, GroupMemberFilter, MemberSelection, MembersChanged } from "#lib/groups/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups/{groupId}/members", {
  GET: endpoint({
    summary: "List the people of a group, newest first",
    permission: "groups:read",
    params: ids("groupId"),
    query: GroupMemberFilter,
    result: pageOf(GroupMember),
    run: ({ ctx, params, query }) => listGroupMembers(ctx, params.groupId, query),
  }),
  POST: endpoint({
    summary: "Add people to a group",
    description: "By ids or externalIds (1,000 a call), or everybody whom a segment picks now. Repeatable.",
    permission: "groups:write",
    params: ids("groupId"),
    body: MemberSelection,
    result: MembersChanged,
    run: ({ ctx, params, body }) => addGroupMembers(ctx, params.groupId, body),
  }),
  DELETE: endpoint({
    summary: "Take people out of a group",
    permission: "groups:write",
    params: ids("groupId"),
    body: MemberSelection,
    result: MembersChanged,
    run: ({ ctx, params, body }) => removeGroupMembers(ctx, params.groupId, body),
  }),
});
