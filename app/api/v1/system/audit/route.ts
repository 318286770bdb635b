import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery } from "#lib/schema.ts";
import { listInstanceAudit } from "#lib/system/instance-audit.ts";
import { InstanceAuditPage } from "#lib/system/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/audit", {
  GET: endpoint({
    summary: "What administrators did to the durable work, the latest first",
    access: "instance",
    query: PageQuery,
    result: InstanceAuditPage,
    run: ({ userId, query }) => listInstanceAudit(userId, query),
  }),
});
