import { z } from "zod";
import { publicEndpoint } from "#lib/http/public-endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { changeTags, findBrowserPerson } from "#lib/subscribers/browser.ts";
import { ChangeTags } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/sdk/v1/subscriptions/tags", {
  POST: publicEndpoint({
    summary: "Add and remove tags of the person behind the caller's subscription",
    body: ChangeTags.extend({ siteId: z.string().max(64).optional() }),
    result: z.object({ tags: z.array(z.string()) }),
    run: async ({ site, body, subscriptionId }) => ({
      tags: await changeTags(await findBrowserPerson(site, subscriptionId()), body),
    }),
  }),
});
