import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";
import { createInvitation, listInvitations } from "#lib/workspaces/invitations.ts";
import { CreatedInvitation, Invitation, NewInvitation } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}/invitations", {
  GET: endpoint({
    summary: "List open invitations",
    permission: "members:read",
    params: ids("workspaceId"),
    query: PageQuery,
    result: pageOf(Invitation),
    run: ({ ctx, query }) => listInvitations(ctx, query),
  }),
  POST: endpoint({
    summary: "Invite an e-mail address; the link is in this answer only",
    permission: "members:write",
    params: ids("workspaceId"),
    body: NewInvitation,
    result: CreatedInvitation,
    status: 201,
    run: ({ ctx, body }) => createInvitation(ctx, body),
  }),
});
