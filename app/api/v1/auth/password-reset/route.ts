import { requestPasswordReset } from "#lib/auth/password-reset.ts";
import { PasswordResetRequest } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/password-reset", {
  POST: endpoint({
    summary: "Have a link to choose a new password mailed",
    description: "Answers the same whether or not the address has an account.",
    access: "public",
    body: PasswordResetRequest,
    status: 202,
    run: ({ body, caller }) => requestPasswordReset(body.email, caller),
  }),
});
