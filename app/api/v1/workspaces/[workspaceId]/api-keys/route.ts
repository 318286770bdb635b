import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";
import { createApiKey, listApiKeys } from "#lib/workspaces/api-keys.ts";
import { ApiKey, CreatedApiKey, NewApiKey } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}/api-keys", {
  GET: endpoint({
    summary: "List API keys",
    permission: "api_keys:read",
    params: ids("workspaceId"),
    query: PageQuery,
    result: pageOf(ApiKey),
    run: ({ ctx, query }) => listApiKeys(ctx, query),
  }),
  POST: endpoint({
    summary: "Make an API key; the key itself is in this answer only",
    permission: "api_keys:write",
    params: ids("workspaceId"),
    body: NewApiKey,
    result: CreatedApiKey,
    status: 201,
    run: ({ ctx, body }) => createApiKey(ctx, body),
  }),
});
