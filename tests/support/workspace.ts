import { randomUUID } from "node:crypto";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { createSite } from "#lib/sites/sites.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";
import { newBrowserSubscription } from "./browser-subscription.ts";

export const shopOrigin = "https://shop.example";

/** An address such as Firefox's push service gives; nothing is sent to it. */
export function newEndpoint(): string {
  return `https://updates.push.services.mozilla.com/wpush/v2/${randomUUID()}`;
}

export function newSite(ctx: Context, name = "Kettle & Cup") {
  return createSite(ctx, { name, url: shopOrigin });
}

/** A subscribed browser of the site. */
export async function newSubscription(siteId: string) {
  const { subscription } = newBrowserSubscription(newEndpoint());
  const facts = { userAgent: null, country: null, isTest: false };
  return await subscribe(await findPublicSite(siteId), { siteId, subscription }, facts);
}

/** The body of a valid campaign of the site, with changes on top. */
export function campaignBody(siteId: string, changes: object = {}) {
  return {
    name: "Autumn sale",
    siteId,
    channel: "web_push",
    trigger: { type: "one_time" },
    audience: { type: "all" },
    steps: [
      {
        content: {
          title: "Autumn sale",
          message: "Everything 20 % off until Sunday",
          url: "https://shop.example/sale",
        },
      },
    ],
    ...changes,
  };
}

export function newCampaign(ctx: Context, siteId: string) {
  return createCampaign(ctx, NewCampaign.parse(campaignBody(siteId)));
}
