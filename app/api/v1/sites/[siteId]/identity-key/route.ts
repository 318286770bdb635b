import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getIdentityKey } from "#lib/sites/identity-key.ts";
import { IdentityKey } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/identity-key", {
  GET: endpoint({
    summary: "The key that the site's server signs identities with",
    description:
      "Sign a JWT (HS256) with `sub` the external id, `aud` the site's id, `exp` at most a day ahead, and if you like `name` and `attributes`; give it to `PushPilot.identify({token})`. Raise the setting `identityKeyVersion` to replace the key.",
    permission: "sites:write",
    params: ids("siteId"),
    result: IdentityKey,
    run: ({ ctx, params }) => getIdentityKey(ctx, params.siteId),
  }),
});
