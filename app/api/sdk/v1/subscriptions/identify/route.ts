import { z } from "zod";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { findBrowserPerson, identify } from "#lib/subscribers/browser.ts";
import { Identify } from "#lib/subscribers/schema.ts";
import { believedIdentity } from "#lib/subscribers/signed-identity.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/subscriptions/identify", {
  POST: publicEndpoint({
    summary: "Say who the person behind the caller's subscription is",
    body: Identify.extend({ siteId: z.string().max(64).optional() }),
    run: async ({ site, body: { siteId: _, ...facts }, subscriptionId }) =>
      identify(await findBrowserPerson(site, subscriptionId()), await believedIdentity(site, facts)),
  }),
});
