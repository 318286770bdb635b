import { z } from "zod";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/subscriptions/unsubscribe", {
  POST: publicEndpoint({
    summary: "Withdraw: nothing more is sent to the caller's browser",
    body: z.strictObject({ siteId: z.string().max(64).optional() }),
    run: ({ site, subscriptionId }) => unsubscribe(site, subscriptionId()),
  }),
});
