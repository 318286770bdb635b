import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/health", {
  GET: {
    describes: { summary: "Alive: this process answers, and asks nothing else", access: "public" },
    serve: async () => Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } }),
  },
});
