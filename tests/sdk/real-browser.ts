import https from "node:https";
import type { Page } from "puppeteer-core";
import webPush from "web-push";
import { type DemoShop, type DemoShopOptions, startDemoShop } from "#tests/support/demo-shop.ts";
import { type Firefox, type FirefoxOptions, startFirefox } from "#tests/support/firefox.ts";
import { type PushService, startPushService } from "#tests/support/push-service.ts";
import { type RecordingApi, startRecordingApi } from "#tests/support/recording-api.ts";

export const siteId = "0190a5c2-0000-7000-8000-000000000001";
export const workerScope = "/pushpilot/";

/** A browser and its push service, shared by the tests of a file; every visit gets a shop on a new origin. */
export interface RealBrowser {
  firefox: Firefox;
  push: PushService;
  /** A new shop and a new stand-in for PushPilot's host, and a first visit of the shop. */
  visit(options?: { shop?: Partial<DemoShopOptions>; prompt?: object; path?: string }): Promise<Visit>;
  close(): Promise<void>;
}

export interface Visit {
  api: RecordingApi;
  shop: DemoShop;
  page: Page;
  /** Accepts both questions and gives the subscription as the API got it. */
  subscribe(): Promise<PushSubscriptionBody>;
  /** Encrypts and sends with the reference implementation; resolves to the push service's status. */
  send(payload: unknown, to?: PushSubscriptionBody): Promise<number>;
}

export interface PushSubscriptionBody {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export async function startRealBrowser(options: Omit<FirefoxOptions, "pushService"> = {}): Promise<RealBrowser> {
  const push = await startPushService();
  const firefox = await startFirefox({ pushService: push, ...options });
  const agent = new https.Agent({ ca: push.ca });
  const open: AsyncDisposable[] = [];

  return {
    firefox,
    push,
    async visit({ shop: shopOptions, prompt, path = "/" } = {}) {
      const vapid = webPush.generateVAPIDKeys();
      const api = await startRecordingApi(siteId, vapid.publicKey);
      if (prompt) api.change({ prompt });
      const shop = await startDemoShop({ siteId, host: api.host, ...shopOptions });
      open.push(api, shop);
      const page = await firefox.open(shop.origin + path);
      let subscription: PushSubscriptionBody | undefined;

      return {
        api,
        shop,
        page,
        async subscribe() {
          await firefox.answerSoftAsk(page, "yes");
          await firefox.answerPermission("allow");
          const [call] = await api.waitForCalls("/subscriptions", 1);
          subscription = call?.body.subscription as PushSubscriptionBody;
          return subscription;
        },
        async send(payload, to = subscription) {
          if (!to) throw new Error("Nobody is subscribed.");
          const text = typeof payload === "string" ? payload : JSON.stringify(payload);
          const vapidDetails = { subject: "mailto:owner@example.com", ...vapid };
          return await webPush
            .sendNotification(to, text, { vapidDetails, agent, TTL: 60 })
            .then(({ statusCode }) => statusCode)
            .catch((error: webPush.WebPushError) => error.statusCode);
        },
      };
    },
    async close() {
      await firefox.close();
      for (const server of open) await server[Symbol.asyncDispose]();
      await push.close();
    },
  };
}
