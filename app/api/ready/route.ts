import { resource } from "#lib/http/resource.ts";
import { readiness } from "#lib/readiness.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/ready", {
  GET: {
    describes: { summary: "Whether the product can serve: 200 or 503 with what is missing", access: "public" },
    serve: async () => {
      const found = await readiness();
      const headers = { "cache-control": "no-store", ...(!found.ready && { "retry-after": "2" }) };
      return Response.json(found, { status: found.ready ? 200 : 503, headers });
    },
  },
});
