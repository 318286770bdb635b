import { endpoint, ids, Reply } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { importSiteKey } from "#lib/sites/keys.ts";
import { ImportedKey, KeyPair } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys/import", {
  POST: endpoint({
    summary: "Bring along the key pair of another system, for the devices that subscribed with it",
    description:
      "New devices go on getting the site's own key pair. A pair that the site has already is answered with 200.",
    permission: "sites:write",
    params: ids("siteId"),
    body: KeyPair,
    result: ImportedKey,
    status: 201,
    otherStatus: 200,
    run: async ({ ctx, params, body }) => {
      const key = await importSiteKey(ctx, params.siteId, body);
      return new Reply(key.created ? 201 : 200, key);
    },
  }),
});
