import { changePassword } from "#lib/auth/accounts.ts";
import { PasswordChange } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/me/password", {
  POST: endpoint({
    summary: "Change your password; ends every sign-in of the account",
    access: "user",
    body: PasswordChange,
    run: ({ userId, body }) => changePassword(userId, body),
  }),
});
