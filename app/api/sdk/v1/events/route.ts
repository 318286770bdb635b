import { z } from "zod";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { findBrowserPerson } from "#lib/subscribers/browser.ts";
import { SdkEvents } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/events", {
  POST: publicEndpoint({
    summary: "Report what was shown, clicked or dismissed, and events of your own",
    description: "Forged and repeated reports change nothing. Events of your own need the subscription's token.",
    body: SdkEvents,
    result: z.object({ accepted: z.number().int() }),
    status: 202,
    run: async ({ site, body, subscriptionId }) => {
      const isPersonal = body.events.some(({ type }) => type === "custom");
      const person = isPersonal ? await findBrowserPerson(site, subscriptionId()) : undefined;
      return { accepted: await recordSdkEvents(site, body.events, person) };
    },
  }),
});
