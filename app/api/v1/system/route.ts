import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { SystemOverview } from "#lib/system/schema.ts";
import { getSystem } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system", {
  GET: endpoint({
    summary: "The installation's durable work: its queue and functions",
    access: "instance",
    result: SystemOverview,
    run: ({ userId }) => getSystem(userId),
  }),
});
