import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getPrivacy } from "#lib/privacy/privacy.ts";
import { PrivacyOverview } from "#lib/privacy/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/privacy", {
  GET: endpoint({
    summary: "Read how long what is kept, and what was erased",
    description:
      "Change it with `PATCH /workspaces/{workspaceId}` (`settings.messageRetentionDays`, `settings.eventRetentionDays`).",
    permission: "workspace:read",
    result: PrivacyOverview,
    run: ({ ctx }) => getPrivacy(ctx),
  }),
});
