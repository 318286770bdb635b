import { Membership } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { acceptInvitation } from "#lib/workspaces/invitations.ts";
import { InvitationToken } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/invitations/accept", {
  POST: endpoint({
    summary: "Join the workspace that an invitation's token names",
    access: "user",
    body: InvitationToken,
    result: Membership,
    run: ({ userId, body, caller }) => acceptInvitation(body.token, userId, caller.requestId),
  }),
});
