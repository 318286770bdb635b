import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { getPerformance, listCampaignMessages } from "#lib/analytics/performance.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { cancelCampaign, pauseCampaign, resumeCampaign, retryCampaign, sendCampaign } from "#lib/campaigns/moves.ts";
import { testCampaign } from "#lib/campaigns/test-send.ts";
import { db, query, transaction } from "#lib/db.ts";
import { claimMessages, freeDeadClaims } from "#lib/delivery/claim.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { recordOutcomes } from "#lib/delivery/record.ts";
import { finishRun, whatNext } from "#lib/delivery/run-end.ts";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { workerId } from "#lib/delivery/worker.ts";
import { newId } from "#lib/ids.ts";
import { getSite, resumeSite } from "#lib/sites/sites.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { claimsLeft, queueDrift } from "#tests/support/queue.ts";
import {
  deliverAll,
  newDevice,
  newDevices,
  newDraft,
  newShop,
  runOf,
  type Shop,
  trustedPushService,
} from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

const postsOf = (token: string) => service.posts.filter((post) => post.token === token);
const page = { page: 1, pageSize: 100 };

async function reasonsOf(shop: Shop, campaignId: string): Promise<Record<string, string | null>> {
  const { data } = await listCampaignMessages(shop.ctx, campaignId, page);
  const devices = await db.subscription.findMany({
    where: { workspaceId: shop.ctx.workspaceId },
    orderBy: { id: "asc" },
  });
  return Object.fromEntries(
    data.map((message) => [
      devices.findIndex((device) => device.id === message.subscriptionId),
      `${message.status}${message.reason ? `: ${message.reason}` : ""}`,
    ]),
  );
}

/** The counters must equal the ledger, to the message. */
async function expectExact(shop: Shop, campaignId: string): Promise<void> {
  const { recipients, ...counts } = await getPerformance(shop.ctx, campaignId);
  const ledger = await query<{ status: string; count: number }>(
    "SELECT status::text, count(*)::int AS count FROM message WHERE workspace_id = $1 AND campaign_id = $2 AND NOT is_test GROUP BY 1",
    [shop.ctx.workspaceId, campaignId],
  );
  const expected = { queued: 0, sending: 0, sent: 0, failed: 0, expired: 0, skipped: 0, cancelled: 0, unknown: 0 };
  expect(counts).toMatchObject({ ...expected, ...Object.fromEntries(ledger.map((row) => [row.status, row.count])) });
  expect(recipients).toBe(ledger.reduce((sum, row) => sum + row.count, 0));
  expect(await queueDrift(shop.ctx.workspaceId)).toEqual([]);
  expect(await claimsLeft(shop.ctx.workspaceId)).toEqual([]);
}

test("each subscriber gets one encrypted message that only their browser can read, and the campaign completes", async () => {
  const shop = await newShop();
  const devices = await newDevices(shop, service, 12, "plain");
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);

  expect(service.posts).toHaveLength(12);
  for (const device of devices) {
    const [post] = postsOf(device.token);
    const payload = JSON.parse(decryptPush(post?.body ?? Buffer.alloc(0), device).toString());
    expect(payload).toMatchObject({
      v: 1,
      title: "Hello",
      body: "There is news.",
      url: "https://shop.example/news?utm_source=pushpilot&utm_medium=web_push",
    });
    expect(post).toMatchObject({ ttl: "86400", urgency: "normal", topic: payload.tag, contentEncoding: "aes128gcm" });
  }
  expect(await getCampaign(shop.ctx, campaign.id)).toMatchObject({ status: "completed" });
  expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({
    recipients: 12,
    sent: 12,
    queued: 0,
    sending: 0,
  });
  await expectExact(shop, campaign.id);
});

test("whoever begins a run and whoever ends it lock the campaign before the run, so that neither waits for the other for ever", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 1);
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id);
  const run = await runOf(shop, id);
  await query("UPDATE run SET status = 'running' WHERE workspace_id = $1 AND id = $2", [shop.ctx.workspaceId, run.id]);
  let ended: Promise<boolean> | undefined;
  await transaction(async (client) => {
    await client.query("SELECT 1 FROM campaign WHERE workspace_id = $1 AND id = $2 FOR UPDATE", [
      shop.ctx.workspaceId,
      id,
    ]);
    ended = finishRun(shop.ctx.workspaceId, run.id);
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%campaign%'";
    await expect.poll(() => query(waiting), { timeout: 10_000 }).toHaveLength(1);
    await client.query("SELECT 1 FROM run WHERE workspace_id = $1 AND id = $2 FOR UPDATE NOWAIT", [
      shop.ctx.workspaceId,
      run.id,
    ]);
  });
  expect(await ended).toBe(true);
});

test("ledger and delivery can be repeated from anywhere and nobody gets it twice", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 8, "repeat");
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  const run = await runOf(shop, campaign.id);
  await Promise.all([startRun(shop.ctx.workspaceId, run.id), startRun(shop.ctx.workspaceId, run.id)]);
  await Promise.all([1, 2, 3].map(() => writeLedger(shop.ctx.workspaceId, run.id, 10_000)));
  await Promise.all([1, 2, 3, 4].map(() => deliverSlice(shop.ctx.workspaceId, run.id, 10_000)));
  await deliverAll(shop, campaign.id);
  expect(service.posts).toHaveLength(8);
  await expectExact(shop, campaign.id);
});

describe("what a push service answers decides", () => {
  test("410 and 404: one POST, the subscription expired, its keys erased", async () => {
    const shop = await newShop();
    const [gone, missing, fine] = await newDevices(shop, service, 3, "gone");
    service.script({ token: "gone-0", answer: { status: 410 } });
    service.script({ token: "gone-1", answer: { status: 404 } });
    const campaign = await newDraft(shop);
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);

    expect(await reasonsOf(shop, campaign.id)).toEqual({ 0: "expired: gone", 1: "expired: gone", 2: "sent" });
    expect([postsOf("gone-0"), postsOf("gone-1"), postsOf("gone-2")].map((posts) => posts.length)).toEqual([1, 1, 1]);
    for (const device of [gone, missing]) {
      const row = await db.subscription.findUniqueOrThrow({ where: { id: device?.subscriptionId ?? "" } });
      expect(row).toMatchObject({ status: "expired", statusReason: "gone", addressEncrypted: null, p256dh: null });
    }
    expect((await db.subscription.findUniqueOrThrow({ where: { id: fine?.subscriptionId ?? "" } })).status).toBe(
      "active",
    );
    expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(1);
    await expectExact(shop, campaign.id);
  });

  test("413 and 3xx fail at once, 503 is tried again and arrives", async () => {
    const shop = await newShop();
    await newDevices(shop, service, 3, "mixed");
    service.script({ token: "mixed-0", answer: { status: 413 } });
    service.script({ token: "mixed-1", answer: { status: 302, headers: { location: "https://127.0.0.1/" } } });
    service.script({ token: "mixed-2", answer: { status: 503 }, times: 1 });
    const campaign = await newDraft(shop);
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);

    expect(await reasonsOf(shop, campaign.id)).toEqual({
      0: "failed: payload_too_large",
      1: "failed: redirected",
      2: "sent",
    });
    expect([0, 1, 2].map((index) => postsOf(`mixed-${index}`).length)).toEqual([1, 1, 2]);
    await expectExact(shop, campaign.id);
  });

  test("429 with Retry-After: nothing more before that time", async () => {
    const shop = await newShop();
    await newDevice(shop, service, "patient");
    service.script({ token: "patient", answer: { status: 429, headers: { "retry-after": "300" } } });
    const campaign = await newDraft(shop);
    const startedAt = Date.now();
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);
    const run = await runOf(shop, campaign.id);
    const [message] = (await listCampaignMessages(shop.ctx, campaign.id, page)).data;
    expect(message).toMatchObject({ status: "queued", reason: "rate_limited" });
    expect(message?.nextAt?.getTime()).toBeGreaterThanOrEqual(startedAt + 299_000);
    await deliverSlice(shop.ctx.workspaceId, run.id, 1_000);
    expect(postsOf("patient")).toHaveLength(1);
  });

  test("400 five times with no success ever: the subscription is invalid", async () => {
    const shop = await newShop();
    const device = await newDevice(shop, service, "bad");
    service.script({ token: "bad", answer: { status: 400 } });
    for (let round = 1; round <= 5; round++) {
      const campaign = await newDraft(shop);
      await sendCampaign(shop.ctx, campaign.id);
      await deliverAll(shop, campaign.id);
      const row = await db.subscription.findUniqueOrThrow({ where: { id: device.subscriptionId } });
      expect(row).toMatchObject(
        round < 5
          ? { status: "active", failureCount: round }
          : { status: "invalid", statusReason: "bad_request", p256dh: null },
      );
    }
  });

  test("403 for everything: the key's sends pause within 100 POSTs, nobody is removed, and resuming goes on with the rest", async () => {
    const shop = await newShop();
    await newDevices(shop, service, 150, "refused");
    service.script({ answer: { status: 403 } });
    const campaign = await newDraft(shop);
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);

    expect(service.posts.length).toBeLessThanOrEqual(100);
    expect(await getCampaign(shop.ctx, campaign.id)).toMatchObject({
      status: "paused",
      statusReason: "vapid_rejected",
    });
    expect(await getSite(shop.ctx, shop.site.id)).toMatchObject({ status: "paused", subscriberCount: 150 });
    await expectExact(shop, campaign.id);

    service.clearScripts();
    await resumeSite(shop.ctx, shop.site.id);
    await resumeCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);
    const failed = (await getPerformance(shop.ctx, campaign.id)).failed;
    await retryCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);
    expect(failed).toBeGreaterThan(0);
    expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({ recipients: 150, sent: 150, failed: 0 });
    await expectExact(shop, campaign.id);
  });
});

test("poisoned rows fail with a reason and every other message is sent", async () => {
  const shop = await newShop();
  const [offCurve, noKeys, swapped] = await newDevices(shop, service, 6, "poison");
  const foreign = await db.subscription.findUniqueOrThrow({ where: { id: noKeys?.subscriptionId ?? "" } });
  await db.subscription.update({
    where: { id: offCurve?.subscriptionId ?? "" },
    data: { p256dh: Buffer.alloc(65, 4).toString("base64url") },
  });
  await db.subscription.update({
    where: { id: swapped?.subscriptionId ?? "" },
    data: { addressEncrypted: foreign.addressEncrypted },
  });
  await db.subscription.update({
    where: { id: noKeys?.subscriptionId ?? "" },
    data: { p256dh: null, addressEncrypted: null },
  });
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);
  expect(await reasonsOf(shop, campaign.id)).toEqual({
    0: "failed: invalid_keys",
    1: "failed: invalid_keys",
    2: "failed: invalid_keys",
    3: "sent",
    4: "sent",
    5: "sent",
  });
  await expectExact(shop, campaign.id);
});

test("who unsubscribes between the ledger and the send gets nothing", async () => {
  const shop = await newShop();
  const [leaving] = await newDevices(shop, service, 3, "leaving");
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  const run = await runOf(shop, campaign.id);
  await startRun(shop.ctx.workspaceId, run.id);
  await writeLedger(shop.ctx.workspaceId, run.id, 10_000);
  await unsubscribe(shop.site, leaving?.subscriptionId ?? "");
  await deliverAll(shop, campaign.id);
  expect(postsOf("leaving-0")).toHaveLength(0);
  expect(await reasonsOf(shop, campaign.id)).toEqual({ 0: "skipped: unsubscribed", 1: "sent", 2: "sent" });
  await expectExact(shop, campaign.id);
});

test("pause stops within two seconds, resume sends exactly the rest, cancel marks what is left", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 700, "many");
  service.script({ answer: { delayMs: 400 } });
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  const delivering = deliverAll(shop, campaign.id);
  await new Promise((resolve) => setTimeout(resolve, 600));
  await pauseCampaign(shop.ctx, campaign.id);
  const pausedAt = Date.now();
  await delivering;
  const firstHalf = service.posts.length;
  expect(firstHalf).toBeGreaterThan(0);
  expect(firstHalf).toBeLessThan(700);
  expect(Math.max(...service.posts.map((post) => post.at)) - pausedAt).toBeLessThan(2_000);
  await expectExact(shop, campaign.id);

  await resumeCampaign(shop.ctx, campaign.id);
  const resumed = deliverAll(shop, campaign.id);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await cancelCampaign(shop.ctx, campaign.id);
  await resumed;
  await deliverAll(shop, campaign.id);
  const tokens = service.posts.map((post) => post.token);
  expect(new Set(tokens).size).toBe(tokens.length);
  const { sent, cancelled, recipients } = await getPerformance(shop.ctx, campaign.id);
  expect({ recipients, sent: sent + cancelled }).toEqual({ recipients: 700, sent: 700 });
  expect(sent).toBe(tokens.length);
  await expectExact(shop, campaign.id);
}, 30_000);

test("claims of a worker that holds no lock any more are free at once, those of a living one are not", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 4, "dead");
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  const run = await runOf(shop, campaign.id);
  await startRun(shop.ctx.workspaceId, run.id);
  await writeLedger(shop.ctx.workspaceId, run.id, 10_000);
  // By a worker that dies at once, and by this one.
  const claim = (worker: number, limit: number) =>
    claimMessages(shop.ctx.workspaceId, run.id, worker, { limit, sliceId: newId() });
  expect((await claim(77, 3)).messages).toHaveLength(3);
  const { messages } = await claim(await workerId(), 1);
  expect(await queueDrift(shop.ctx.workspaceId)).toEqual([]);
  expect(await whatNext(shop.ctx.workspaceId, run.id)).toMatchObject({ next: "at" });
  expect(await freeDeadClaims()).toBe(3);
  expect(await freeDeadClaims()).toBe(0);
  expect(await queueDrift(shop.ctx.workspaceId)).toEqual([]);
  await recordOutcomes(
    await workerId(),
    messages.map((message) => ({ message, outcome: { kind: "released" } })),
  );
  await deliverAll(shop, campaign.id);
  expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({ sent: 4, sending: 0, queued: 0 });
});

test("a test send reaches the named device at once and stays outside every counter", async () => {
  const shop = await newShop();
  const [mine] = await newDevices(shop, service, 2, "tester");
  const campaign = await newDraft(shop);
  const { messageIds } = await testCampaign(shop.ctx, campaign.id, { subscriptionIds: [mine?.subscriptionId ?? ""] });
  const message = await db.message.findUniqueOrThrow({ where: { id: messageIds[0] ?? "" } });
  await deliverSlice(shop.ctx.workspaceId, message.runId, 10_000);
  expect(service.posts.map((post) => post.token)).toEqual(["tester-0"]);
  expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({ recipients: 0, sent: 0 });
  expect((await getCampaign(shop.ctx, campaign.id)).status).toBe("draft");
});

test("shown, clicked and dismissed count a message once, however often and in whatever order they are told; forged ones change nothing", async () => {
  const shop = await newShop();
  const [device] = await newDevices(shop, service, 2, "events");
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);
  const [post] = postsOf("events-0");
  if (!post || !device) throw new Error("nothing was sent");
  const { t } = JSON.parse(decryptPush(post.body, device).toString());
  const told = [
    { type: "clicked" as const, t },
    { type: "shown" as const, t },
    { type: "dismissed" as const, t },
  ];
  await Promise.all(Array.from({ length: 10 }, () => recordSdkEvents(shop.site, [...told, ...told], undefined)));
  const forged = [
    `${t.slice(0, 22)}.${"A".repeat(22)}`,
    `${"A".repeat(22)}.${t.slice(23)}`,
    "",
    "x",
    t.replace(".", ""),
  ];
  expect(
    await recordSdkEvents(
      shop.site,
      forged.map((text) => ({ type: "clicked" as const, t: text })),
      undefined,
    ),
  ).toBe(0);
  const elsewhere = await newShop();
  expect(await recordSdkEvents(elsewhere.site, told, undefined)).toBe(0);
  expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({
    sent: 2,
    delivered: 1,
    clicked: 1,
    dismissed: 1,
    clickRate: 0.5,
  });
  expect(await db.event.count({ where: { workspaceId: shop.ctx.workspaceId } })).toBe(3);
  const old = new Date(Date.now() - 31 * 86_400_000);
  await expect(recordSdkEvents(shop.site, [{ type: "shown", t, at: old }], undefined)).rejects.toMatchObject({
    code: "event_too_old",
  });
});
