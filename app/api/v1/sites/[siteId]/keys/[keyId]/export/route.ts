import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { exportSiteKey } from "#lib/sites/keys.ts";
import { SecretKeyPair } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys/{keyId}/export", {
  POST: endpoint({
    summary: "Take a key pair with its private half; only for owners, and written to the audit log",
    permission: "sites:export",
    params: ids("siteId", "keyId"),
    result: SecretKeyPair,
    run: ({ ctx, params }) => exportSiteKey(ctx, params.siteId, params.keyId),
  }),
});
