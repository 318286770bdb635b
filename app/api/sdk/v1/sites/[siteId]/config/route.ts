import { z } from "zod";
import { ids } from "#lib/http/endpoint.ts";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { siteConfig } from "#lib/sites/public-site.ts";
import { Prompt } from "#lib/sites/schema.ts";

const SdkConfig = z.object({
  siteId: z.string(),
  name: z.string(),
  vapidPublicKey: z.string(),
  workerPath: z.string(),
  scope: z.string(),
  prompt: z.object({ ...Prompt.shape, iconUrl: z.string().nullable() }),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/sites/{siteId}/config", {
  GET: publicEndpoint({
    summary: "What sdk.js needs to start: the VAPID public key and the soft-ask",
    params: ids("siteId"),
    result: SdkConfig,
    run: async ({ site }) => siteConfig(site),
  }),
});
