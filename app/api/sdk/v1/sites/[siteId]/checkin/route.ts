import { ids } from "#lib/http/endpoint.ts";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { SiteCheckInReport } from "#lib/sites/schema.ts";
import { takeCheckIn } from "#lib/subscribers/check-in.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/sites/{siteId}/checkin", {
  POST: publicEndpoint({
    summary: "What sdk.js saw of its page, so that the install page can name what is wrong",
    params: ids("siteId"),
    body: SiteCheckInReport,
    run: ({ site, body, userAgent }) => takeCheckIn(site, body, userAgent),
  }),
});
