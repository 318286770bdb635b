import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { revokeApiKey } from "#lib/workspaces/api-keys.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/workspaces/{workspaceId}/api-keys/{apiKeyId}",
  {
    DELETE: endpoint({
      summary: "Revoke an API key",
      permission: "api_keys:write",
      params: ids("workspaceId", "apiKeyId"),
      run: ({ ctx, params }) => revokeApiKey(ctx, params.apiKeyId),
    }),
  },
);
