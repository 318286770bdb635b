import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { exportSite } from "#lib/subscribers/site-export.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/export", {
  GET: endpoint({
    summary:
      "Download a whole site: settings, key pairs with their private halves, and every active device with its keys",
    description:
      "JSON Lines: one object a line, whose `type` is site, key or subscription. Only for owners, and written to the audit log. Keep the file like a password: who has it can send to every device.",
    permission: "sites:export",
    params: ids("siteId"),
    download: "application/x-ndjson; charset=utf-8",
    run: async ({ ctx, params }) => new Download(`site-${params.siteId}.jsonl`, await exportSite(ctx, params.siteId)),
  }),
});
