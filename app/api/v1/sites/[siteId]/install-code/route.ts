import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getInstallCode } from "#lib/sites/install.ts";
import { InstallCode } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/install-code", {
  GET: endpoint({
    summary: "What to paste where, and what was seen of it so far",
    permission: "sites:read",
    params: ids("siteId"),
    result: InstallCode,
    run: ({ ctx, params }) => getInstallCode(ctx, params.siteId),
  }),
});
