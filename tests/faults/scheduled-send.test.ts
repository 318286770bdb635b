import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, call, registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { type Product, startProduct } from "#tests/support/product.ts";
import { type PushService, startPushService } from "#tests/support/push-service.ts";

let service: PushService;
let product: Product;
let api: ApiClient;
let siteId: string;
const devices = 5;

beforeAll(async () => {
  service = await startPushService();
  product = await startProduct({ env: { EXTRA_PUSH_HOSTS: service.host, NODE_EXTRA_CA_CERTS: service.caPath } });
  api = await registerAt(product.url);
  siteId = (await api.post<{ id: string }>("/api/v1/sites", { name: "Shop", url: "https://shop.example" })).id;
  for (let index = 0; index < devices; index++)
    await call(`${product.url}/api/sdk/v1/subscriptions`, {
      method: "POST",
      headers: { origin: "https://shop.example" },
      body: { siteId, subscription: newBrowserSubscription(service.endpoint(`device-${index}`)).subscription },
    });
});
afterAll(async () => {
  await product?.stop();
  await service?.close();
});

async function schedule(at: Date): Promise<string> {
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Later",
    siteId,
    channel: "web_push",
    trigger: { type: "one_time", at: at.toISOString() },
    audience: { type: "all" },
    steps: [{ content: { title: "It is time", message: "As planned." } }],
  });
  await api.post(`/api/v1/campaigns/${id}/schedule`);
  return id;
}

async function untilCompleted(id: string, timeoutMs: number): Promise<{ sent: number; recipients: number }> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const campaign = await api.get<{ status: string }>(`/api/v1/campaigns/${id}`).catch(() => undefined);
    if (campaign?.status === "completed") return api.get(`/api/v1/campaigns/${id}/performance`);
    await sleep(250);
  }
  throw new Error(
    `not completed within ${timeoutMs} ms: ${JSON.stringify(await api.get(`/api/v1/campaigns/${id}/status`))}`,
  );
}

test("a campaign scheduled 20 s ahead fires within 5 s of its time (15 s here), once", async () => {
  service.reset();
  const at = new Date(Date.now() + 20_000);
  const id = await schedule(at);
  const performance = await untilCompleted(id, 60_000);
  const firstAt = Math.min(...service.posts.map((post) => post.at));
  console.log(`fired ${((firstAt - at.getTime()) / 1000).toFixed(2)} s after its time`);
  expect(firstAt).toBeGreaterThanOrEqual(at.getTime() - 100);
  expect(firstAt - at.getTime()).toBeLessThan(15_000);
  expect(performance).toMatchObject({ sent: devices, recipients: devices });
  expect(service.posts).toHaveLength(devices);
});

test("with web, worker and the local Inngest server killed before its time, it fires once within 60 s (180 s here) of the restart", async () => {
  service.reset();
  const at = new Date(Date.now() + 8_000);
  const id = await schedule(at);
  await Promise.all([product.kill("web"), product.kill("worker"), product.kill("inngest")]);
  const killedAt = Date.now();
  await product.untilReady(120_000);
  const readyAt = Date.now();
  const performance = await untilCompleted(id, 180_000);
  const firstAt = Math.min(...service.posts.map((post) => post.at));
  console.log(
    `ready ${((readyAt - killedAt) / 1000).toFixed(1)} s after the kill, fired ${((firstAt - Math.max(readyAt, at.getTime())) / 1000).toFixed(1)} s after it could`,
  );
  expect(firstAt).toBeGreaterThanOrEqual(at.getTime() - 100);
  expect(firstAt - Math.max(readyAt, at.getTime())).toBeLessThan(180_000);
  expect(performance).toMatchObject({ sent: devices, recipients: devices });
  expect(new Set(service.posts.map((post) => post.token)).size).toBe(devices);
  expect(service.posts).toHaveLength(devices);
});
