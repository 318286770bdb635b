import { Reply } from "#lib/http/endpoint.ts";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Subscribe, Subscribed } from "#lib/subscribers/schema.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/subscriptions", {
  POST: publicEndpoint({
    summary: "Subscribe a browser: 201 when it is new, 200 when its endpoint is known",
    body: Subscribe,
    result: Subscribed,
    status: 201,
    otherStatus: 200,
    run: async ({ site, body, userAgent, country, isOwnOrigin }) => {
      const { created, ...subscribed } = await subscribe(site, body, { userAgent, country, isTest: isOwnOrigin });
      return new Reply(created ? 201 : 200, subscribed);
    },
  }),
});
