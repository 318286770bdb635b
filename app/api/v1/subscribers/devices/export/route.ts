import { Download, endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamDevices } from "#lib/subscribers/export.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/devices/export", {
  GET: endpoint({
    summary: "Download every device with its address and keys as CSV",
    description:
      "For owners: all that another program needs to send to these people, beside the site's own private keys.",
    permission: "sites:export",
    download: "text/csv; charset=utf-8",
    run: async ({ ctx }) => new Download("devices.csv", await streamDevices(ctx)),
  }),
});
