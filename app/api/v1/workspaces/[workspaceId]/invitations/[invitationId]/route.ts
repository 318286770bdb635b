import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { revokeInvitation } from "#lib/workspaces/invitations.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/workspaces/{workspaceId}/invitations/{invitationId}",
  {
    DELETE: endpoint({
      summary: "Revoke an invitation",
      permission: "members:write",
      params: ids("workspaceId", "invitationId"),
      run: ({ ctx, params }) => revokeInvitation(ctx, params.invitationId),
    }),
  },
);
