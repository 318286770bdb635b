import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { SystemFaults } from "#lib/system/schema.ts";
import { listFaults } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/faults", {
  GET: endpoint({
    summary: "Events that were set aside, and registrations that were refused",
    access: "instance",
    result: SystemFaults,
    run: ({ userId }) => listFaults(userId),
  }),
});
