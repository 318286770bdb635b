import { env } from "#lib/env.ts";
import { openApi } from "#lib/http/openapi.ts";
import { resource } from "#lib/http/resource.ts";
import { routeModules } from "./route-modules.ts";

let document: string | undefined;

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/openapi.json", {
  GET: {
    describes: { summary: "This description of the API, OpenAPI 3.1", access: "public" },
    serve: async () => {
      document ??= JSON.stringify(openApi(routeModules, env().APP_URL));
      return new Response(document, { headers: { "content-type": "application/json", "cache-control": "no-cache" } });
    },
  },
});
