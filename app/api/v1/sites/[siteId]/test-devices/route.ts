import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { TestDevices } from "#lib/sites/test-device-schema.ts";
import { listTestDevices } from "#lib/sites/test-devices.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/test-devices", {
  GET: endpoint({
    summary: "Devices of a site that are for test sends, at most 50, lately seen first",
    permission: "campaigns:send",
    params: ids("siteId"),
    result: TestDevices,
    run: async ({ ctx, params }) => ({ data: await listTestDevices(ctx, params.siteId) }),
  }),
});
