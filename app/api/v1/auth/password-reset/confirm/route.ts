import { resetPassword } from "#lib/auth/password-reset.ts";
import { NewPassword } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/password-reset/confirm", {
  POST: endpoint({
    summary: "Choose a new password with the token of a mailed link",
    access: "public",
    body: NewPassword,
    run: ({ body }) => resetPassword(body),
  }),
});
