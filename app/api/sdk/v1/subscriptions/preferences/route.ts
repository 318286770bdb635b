import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { findBrowserPerson, setPreferences } from "#lib/subscribers/browser.ts";
import { Wishes } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/subscriptions/preferences", {
  POST: publicEndpoint({
    summary:
      "Say what the person behind the caller's subscription wants to hear of, and their quiet hours; what is not named stays",
    body: Wishes,
    run: async ({ site, body, subscriptionId }) =>
      setPreferences(await findBrowserPerson(site, subscriptionId()), body),
  }),
});
