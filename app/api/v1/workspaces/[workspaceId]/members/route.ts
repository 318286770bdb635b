import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";
import { listMembers } from "#lib/workspaces/members.ts";
import { Member } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}/members", {
  GET: endpoint({
    summary: "List members",
    permission: "members:read",
    params: ids("workspaceId"),
    query: PageQuery,
    result: pageOf(Member),
    run: ({ ctx, query }) => listMembers(ctx, query),
  }),
});
