import { signOutEverywhere } from "#lib/auth/accounts.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/me/sign-ins", {
  DELETE: endpoint({
    summary: "Sign out everywhere: every session, access token and refresh token ends",
    access: "user",
    run: ({ userId }) => signOutEverywhere(userId),
  }),
});
