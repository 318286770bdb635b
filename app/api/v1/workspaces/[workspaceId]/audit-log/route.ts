import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { listAuditLog } from "#lib/workspaces/audit-log.ts";
import { AuditEntry, AuditFilter } from "#lib/workspaces/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}/audit-log", {
  GET: endpoint({
    summary: "List who did what, newest first",
    permission: "audit:read",
    params: ids("workspaceId"),
    query: AuditFilter,
    result: pageOf(AuditEntry),
    run: ({ ctx, query }) => listAuditLog(ctx, query),
  }),
});
