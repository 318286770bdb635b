import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { getPerformance, getProgress } from "#lib/analytics/performance.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { query } from "#lib/db.ts";
import { mayEnter } from "#lib/delivery/lanes.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import type { PushService } from "#tests/support/push-service.ts";
import {
  deliverAll,
  newDevices,
  newDraft,
  newShop,
  runOf,
  type Shop,
  type TestDevice,
  trustedPushService,
} from "#tests/support/shop.ts";

let service: PushService;
let other: PushService;
beforeAll(async () => {
  [service, other] = [await trustedPushService(), await trustedPushService()];
});
afterEach(() => {
  service.reset();
  other.reset();
});
afterAll(() => Promise.all([service.close(), other.close()]));

/** How many POSTs a window of `ms` sees at most. */
function mostWithin(posts: readonly { at: number }[], ms: number): number {
  return Math.max(0, ...posts.map(({ at }) => posts.filter((post) => post.at >= at && post.at < at + ms).length));
}

const postsOf = (devices: TestDevice[]) =>
  service.posts.filter((post) => devices.some((device) => device.token === post.token));

async function queuedOf(shop: Shop) {
  return query<{ wait: number; attempts: number; reason: string | null }>(
    `SELECT extract(epoch FROM next_at - now())::float8 AS wait, attempts, reason FROM message
      WHERE workspace_id = $1 AND status = 'queued' ORDER BY next_at`,
    [shop.ctx.workspaceId],
  );
}

test("a campaign's own rate is kept by all who deliver it together, and evenly", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 80);
  const { id } = await newDraft(shop, { options: { ratePerMinute: 1_200 } });
  await sendCampaign(shop.ctx, id);
  await Promise.all([deliverAll(shop, id), deliverAll(shop, id), deliverAll(shop, id)]);
  const [first, last] = [service.posts[0]?.at ?? 0, service.posts.at(-1)?.at ?? 0];
  expect(service.posts).toHaveLength(80);
  // 79 times 50.4 ms lie between the first and the last, less what may be made up for.
  expect(last - first).toBeGreaterThan(79 * 50 - 600);
  // 20 a second, and what may be made up for.
  expect(mostWithin(service.posts, 1_000)).toBeLessThanOrEqual(20 + 12);
  expect(await getPerformance(shop.ctx, id)).toMatchObject({ recipients: 80, sent: 80 });
}, 30_000);

test("the time it ends is told by its rate", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 20);
  const { id } = await newDraft(shop, { options: { ratePerMinute: 10 } });
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id, 0);
  const progress = await getProgress(shop.ctx, id);
  expect(progress.ratePerMinute).toBe(10);
  const minutes = ((progress.finishesAt?.getTime() ?? 0) - Date.now()) / 60_000;
  const left = progress.counts.queued;
  expect(left).toBeGreaterThan(15);
  expect(minutes).toBeGreaterThan(left / 10 - 0.2);
  expect(minutes).toBeLessThan(left / 10 + 0.5);
});

test("only what answered 429 is slowed: to 1,000 a minute for that key there, and no attempt is lost", async () => {
  const shop = await newShop();
  const slowed = await newDevices(shop, service, 60, "slowed");
  await newDevices(shop, other, 60, "free");
  service.script({ answer: { status: 429, headers: { "retry-after": "1" } }, times: 1 });
  service.script({ answer: { delayMs: 100 } });
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  const startedAt = Date.now();
  await deliverAll(shop, id, 10_000);
  const limitedAt = service.posts.find((post) => post.status === 429)?.at ?? 0;
  // What was under way when the answer came is not to be had back: 20 at most while the key was not taken yet.
  const after = service.posts.filter((post) => post.at > limitedAt + 100);
  expect(after.length).toBeGreaterThanOrEqual(30);
  expect(mostWithin(after, 1_000)).toBeLessThanOrEqual(17 + 10);
  expect((after.at(-1)?.at ?? 0) - (after[0]?.at ?? 0)).toBeGreaterThan((after.length - 1) * 60 - 600);
  expect((other.posts.at(-1)?.at ?? 0) - startedAt).toBeLessThan(2_500);
  expect(await getPerformance(shop.ctx, id)).toMatchObject({ sent: 120 });
  const attempts = await query("SELECT DISTINCT attempts FROM message WHERE campaign_id = $1", [id]);
  expect([attempts, postsOf(slowed).length]).toEqual([[{ attempts: 1 }], 61]);
}, 30_000);

test("429 again and again: nothing is sent there before the time that was named, and a small send does not stand in the line", async () => {
  const shop = await newShop();
  const devices = await newDevices(shop, service, 30, "held");
  service.script({ answer: { status: 429, headers: { "retry-after": "3" } } });
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id, 0);
  const told = service.posts.length;
  expect(told).toBeLessThanOrEqual(20);
  const waiting = await queuedOf(shop);
  expect(waiting).toHaveLength(30);
  expect(waiting.every(({ attempts }) => attempts === 0)).toBe(true);
  service.clearScripts();
  const lastRefusal = service.posts.at(-1)?.at ?? 0;
  const progress = await getProgress(shop.ctx, id);
  expect(progress.slowed).toMatchObject([{ origin: service.origin, heldUntil: expect.any(Date) }]);
  await deliverAll(shop, id, 10_000);
  const again = service.posts.slice(told);
  expect((again[0]?.at ?? 0) - lastRefusal).toBeGreaterThanOrEqual(2_900);
  expect(postsOf(devices).filter((post) => post.accepted)).toHaveLength(30);
  expect(await getPerformance(shop.ctx, id)).toMatchObject({ sent: 30 });
}, 30_000);

test("behind a slow push service a small send goes before the line of bulk", async () => {
  const shop = await newShop();
  const [device] = await newDevices(shop, service, 1, "urgent");
  const now = "now() + interval '1 hour'";
  await query(
    `INSERT INTO push_pace (workspace_id, vapid_key_id, origin, rate_per_minute, hold_until, next_slot_at, line_ends_at, slow_until, limited_at)
     VALUES ($1, $2, $3, 1000, now(), now() + interval '2 seconds', ${now}, ${now}, now())`,
    [shop.ctx.workspaceId, shop.site.vapidKey.id, service.origin],
  );
  const { id } = await newDraft(shop, { options: { urgency: "high" } });
  await sendCampaign(shop.ctx, id);
  const startedAt = Date.now();
  await deliverAll(shop, id, 10_000);
  expect((service.posts.find((post) => post.token === device?.token)?.at ?? 0) - startedAt).toBeLessThan(9_000);
}, 30_000);

test("small and urgent sends always get a turn; bulk shares, also within one workspace", () => {
  const bulk = (workspaceId: string) => ({ workspaceId, lane: "bulk" as const });
  const eight = Array.from({ length: 8 }, () => bulk("a"));
  expect(mayEnter(bulk("a"), eight)).toBe(false);
  expect(mayEnter(bulk("b"), eight)).toBe(true);
  const full = [...eight, ...Array.from({ length: 4 }, () => bulk("b"))];
  expect(mayEnter(bulk("c"), full)).toBe(false);
  expect(mayEnter({ workspaceId: "a", lane: "first" }, full)).toBe(true);
  expect(mayEnter({ workspaceId: "a", lane: "paced" }, full)).toBe(true);
});

test("a message that waited longer than its lifetime expires unsent; one with a longer life still goes", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 1);
  const outcomes: unknown[] = [];
  for (const ttlSeconds of [86_400, 7 * 86_400]) {
    const { id } = await newDraft(shop, { options: { ttlSeconds } });
    await sendCampaign(shop.ctx, id);
    const run = await runOf(shop, id);
    await startRun(shop.ctx.workspaceId, run.id);
    await writeLedger(shop.ctx.workspaceId, run.id, 60_000);
    await query("UPDATE message SET created_at = now() - interval '2 days' WHERE run_id = $1", [run.id]);
    await deliverAll(shop, id);
    outcomes.push(...(await query("SELECT status::text, reason FROM message WHERE run_id = $1", [run.id])));
  }
  expect(outcomes).toEqual([
    { status: "expired", reason: "ttl" },
    { status: "sent", reason: null },
  ]);
  expect(service.posts).toHaveLength(1);
});
