import { RefreshRequest, Tokens } from "#lib/auth/schema.ts";
import { refreshTokens } from "#lib/auth/tokens.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/refresh", {
  POST: endpoint({
    summary: "Trade a refresh token for the next pair",
    description: "Each refresh token works once. One that comes again ends the whole sign-in.",
    access: "public",
    body: RefreshRequest,
    result: Tokens,
    run: ({ body }) => refreshTokens(body.refreshToken),
  }),
});
