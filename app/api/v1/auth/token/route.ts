import { signInForTokens } from "#lib/auth/accounts.ts";
import { Credentials, SignedIn } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/token", {
  POST: endpoint({
    summary: "Sign in: an access token for 15 minutes and a refresh token",
    access: "public",
    body: Credentials,
    result: SignedIn,
    run: ({ body, caller }) => signInForTokens(body, caller),
  }),
});
