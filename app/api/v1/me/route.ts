import { getProfile, updateProfile } from "#lib/auth/accounts.ts";
import { Account, Profile, ProfileChanges } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/me", {
  GET: endpoint({
    summary: "Who you are, and your workspaces",
    access: "user",
    result: Profile,
    run: ({ userId }) => getProfile(userId),
  }),
  PATCH: endpoint({
    summary: "Change your name or language",
    access: "user",
    body: ProfileChanges,
    result: Account,
    run: ({ userId, body }) => updateProfile(userId, body),
  }),
});
