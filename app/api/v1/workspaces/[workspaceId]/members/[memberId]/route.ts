import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getMember, removeMember, updateMember } from "#lib/workspaces/members.ts";
import { Member, MemberChanges } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/workspaces/{workspaceId}/members/{memberId}",
  {
    GET: endpoint({
      summary: "Get a member",
      permission: "members:read",
      params: ids("workspaceId", "memberId"),
      result: Member,
      run: ({ ctx, params }) => getMember(ctx, params.memberId),
    }),
    PATCH: endpoint({
      summary: "Change a member's role, suspend them or let them back in",
      permission: "members:write",
      params: ids("workspaceId", "memberId"),
      body: MemberChanges,
      result: Member,
      run: ({ ctx, params, body }) => updateMember(ctx, params.memberId, body),
    }),
    DELETE: endpoint({
      summary: "Remove a member",
      permission: "members:write",
      params: ids("workspaceId", "memberId"),
      run: ({ ctx, params }) => removeMember(ctx, params.memberId),
    }),
  },
);
