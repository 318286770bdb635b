import { followClick } from "#lib/delivery/click.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { sdkAddressLimit, takeLeased } from "#lib/http/rate-limit.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/c/{token}", {
  GET: {
    describes: {
      summary: "Count a click and go where the message leads, where no service worker runs",
      access: "public",
      status: 302,
    },
    serve: async ({ request, params }) => {
      await takeLeased("sdk-address", clientAddress(request), sdkAddressLimit);
      const location = await followClick(params.token ?? "");
      return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
    },
  },
});
