import { RefreshRequest } from "#lib/auth/schema.ts";
import { logout } from "#lib/auth/tokens.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/logout", {
  POST: endpoint({
    summary: "End the sign-in that a refresh token belongs to, its access tokens too",
    access: "public",
    body: RefreshRequest,
    run: ({ body }) => logout(body.refreshToken),
  }),
});
