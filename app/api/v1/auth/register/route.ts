import { registerForTokens } from "#lib/auth/accounts.ts";
import { Registered, Registration } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/register", {
  POST: endpoint({
    summary: "Make an account with a workspace of its own",
    access: "public",
    body: Registration,
    result: Registered,
    status: 201,
    run: ({ body, caller }) => registerForTokens(body, caller),
  }),
});
