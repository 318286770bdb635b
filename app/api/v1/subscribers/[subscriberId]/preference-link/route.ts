import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getPreferenceLink } from "#lib/privacy/preference-link.ts";
import { PreferenceLink } from "#lib/privacy/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/subscribers/{subscriberId}/preference-link",
  {
    GET: endpoint({
      summary: "Get the address of the page where a person decides about their own data, without signing in",
      permission: "subscribers:read",
      params: ids("subscriberId"),
      result: PreferenceLink,
      run: ({ ctx, params }) => getPreferenceLink(ctx, params.subscriberId),
    }),
  },
);
