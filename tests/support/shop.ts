import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import type { NewCampaignInput } from "#lib/campaigns/schema.ts";
import { type Campaign, NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { findPublicSite, type PublicSite } from "#lib/sites/public-site.ts";
import { createSite } from "#lib/sites/sites.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";
import { newAccount } from "./accounts.ts";
import { type BrowserSubscription, newBrowserSubscription } from "./browser-subscription.ts";
import { type PushService, type PushServiceOptions, startPushService } from "./push-service.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** A push service of this test file that the product trusts and may send to. */
export async function trustedPushService(options?: PushServiceOptions): Promise<PushService> {
  const service = await startPushService(options);
  setDefaultCACertificates([...getCACertificates("default"), service.ca]);
  process.env.EXTRA_PUSH_HOSTS = [process.env.EXTRA_PUSH_HOSTS, service.host].filter(Boolean).join(",");
  return service;
}

export interface Shop {
  ctx: Context;
  site: PublicSite;
}

/** A workspace of its own with one site. */
export async function newShop(): Promise<Shop> {
  const { ctx } = await newAccount();
  const { id } = await createSite(ctx, { name: "Shop", url: "https://shop.example" });
  return { ctx, site: await findPublicSite(id) };
}

export interface TestDevice extends BrowserSubscription {
  token: string;
  subscriberId: string;
  subscriptionId: string;
}

/** A browser that subscribes at the push service, without being one. */
export async function newDevice(shop: Shop, service: PushService, token: string): Promise<TestDevice> {
  const browser = newBrowserSubscription(service.endpoint(token));
  const subscribed = await subscribe(
    shop.site,
    { siteId: shop.site.id, subscription: browser.subscription },
    { userAgent: firefox, country: null, isTest: false },
  );
  return { ...browser, subscriberId: subscribed.subscriberId, subscriptionId: subscribed.subscriptionId, token };
}

export async function newDevices(
  shop: Shop,
  service: PushService,
  count: number,
  name = "device",
): Promise<TestDevice[]> {
  const devices: TestDevice[] = [];
  for (let index = 0; index < count; index++) devices.push(await newDevice(shop, service, `${name}-${index}`));
  return devices;
}

const content = { title: "Hello", message: "There is news.", url: "https://shop.example/news" };

/** A draft to everyone on the shop's site. */
export function newDraft(shop: Shop, changes: Partial<NewCampaignInput> = {}): Promise<Campaign> {
  return createCampaign(
    shop.ctx,
    NewCampaign.parse({ name: "News", siteId: shop.site.id, steps: [{ content }], ...changes }),
  );
}

/** The campaign's only run. */
export async function runOf(shop: Shop, campaignId: string) {
  return db.run.findFirstOrThrow({ where: { workspaceId: shop.ctx.workspaceId, campaignId } });
}

/**
 * Does what the durable functions do with a campaign that was sent – begin, ledger, slices – until nothing is left to do
 * or `maxWaitMs` would be slept through.
 */
export async function deliverAll(shop: Shop, campaignId: string, maxWaitMs = 5_000): Promise<void> {
  return deliverRun(shop, (await runOf(shop, campaignId)).id, maxWaitMs);
}

/** The same with one run of a campaign that has several. */
export async function deliverRun(shop: Shop, runId: string, maxWaitMs = 5_000): Promise<void> {
  await startRun(shop.ctx.workspaceId, runId);
  await writeLedger(shop.ctx.workspaceId, runId, 60_000);
  while (true) {
    const slice = await deliverSlice(shop.ctx.workspaceId, runId, 10_000);
    if (slice.next === "end") return;
    if (slice.next === "now") continue;
    const waitMs = slice.at.getTime() - Date.now();
    if (waitMs > maxWaitMs) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
  }
}
