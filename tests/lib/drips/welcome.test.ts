import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { getCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import { cancelCampaign, pauseCampaign, resumeCampaign, sendCampaign } from "#lib/campaigns/moves.ts";
import { CampaignChanges } from "#lib/campaigns/schema.ts";
import { db, query } from "#lib/db.ts";
import { advanceDrips } from "#lib/drips/advance.ts";
import { getDripProgress } from "#lib/drips/progress.ts";
import { createGroup } from "#lib/groups/groups.ts";
import { addGroupMembers } from "#lib/groups/members.ts";
import { NewGroup } from "#lib/groups/schema.ts";
import { NewSegment } from "#lib/segments/schema.ts";
import { createSegment } from "#lib/segments/segments.ts";
import { createSite, updateSite } from "#lib/sites/sites.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";
import { deleteSubscriber } from "#lib/subscribers/subscribers.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import { advanceAndDeliver, pass, placesOf, runningWelcome, step } from "#tests/support/drips.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newShop, type Shop, type TestDevice, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

const day = 24 * 60;

/** What a device was told, in order. */
function titlesOf(device: TestDevice): string[] {
  return service.posts
    .filter((post) => post.token === device.token)
    .map((post) => JSON.parse(decryptPush(post.body ?? Buffer.alloc(0), device).toString()).title);
}

const edit = (shop: Shop, id: string, changes: object) => updateCampaign(shop.ctx, id, CampaignChanges.parse(changes));

/** Counts beside the enrollments and the ledger tell the same as these. */
async function expectExact(shop: Shop, id: string): Promise<void> {
  const progress = await getDripProgress(shop.ctx, id);
  const [rows] = await query<{ active: number; completed: number; stopped: number }>(
    `SELECT count(*) FILTER (WHERE status = 'active')::int AS active, count(*) FILTER (WHERE status = 'completed')::int AS completed,
            count(*) FILTER (WHERE status = 'stopped')::int AS stopped FROM enrollment WHERE campaign_id = $1 AND NOT is_test`,
    [id],
  );
  expect(progress).toMatchObject(rows ?? {});
  expect((await getReconciliation(shop.ctx, id)).isExact).toBe(true);
}

test("a welcome of a segment, without a group, is for those who match when their first step is due; the others were never inside", async () => {
  const shop = await newShop();
  const segment = await createSegment(
    shop.ctx,
    NewSegment.parse({ name: "Germans", rules: { all: [{ field: "country", op: "eq", value: "DE" }] } }),
  );
  const staff = await createGroup(shop.ctx, NewGroup.parse({ name: "Staff" }));
  const audience = { type: "segment" as const, segmentId: segment.id, exclude: { groupIds: [staff.id] } };
  const id = await runningWelcome(shop, [step("Hello", 10), step("Tips", day)], { audience });
  const [anna, bob, carl] = [
    await newDevice(shop, service, "anna"),
    await newDevice(shop, service, "bob"),
    await newDevice(shop, service, "carl"),
  ];
  // What is known of them a moment later counts as well.
  await db.subscriber.updateMany({
    where: { id: { in: [anna.subscriberId, carl.subscriberId] } },
    data: { country: "DE" },
  });
  await addGroupMembers(shop.ctx, staff.id, { ids: [carl.subscriberId] });
  expect(await placesOf(id)).toEqual({ "active@0": 3 });
  await pass(id, 10);
  await advanceAndDeliver(shop, id);
  expect([anna, bob, carl].map(titlesOf)).toEqual([["Hello"], [], []]);
  expect(await placesOf(id)).toEqual({ "active@1": 1 });
  expect(await getDripProgress(shop.ctx, id)).toMatchObject({ active: 1, stopped: 0 });
  await expectExact(shop, id);

  // Who walks goes on, whatever the rule says of them later.
  await db.subscriber.update({ where: { id: anna.subscriberId }, data: { country: "FR" } });
  await pass(id, day);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(anna)).toEqual(["Hello", "Tips"]);
  await expectExact(shop, id);
  await expect(
    runningWelcome(shop, [step("Hello")], { audience: { type: "subscribers", ids: [anna.subscriberId] } }),
  ).rejects.toMatchObject({ code: "validation_error", fields: { "audience.type": expect.anything() } });
});

test("whoever subscribes is welcomed step by step, each step once, however often the worker looks", async () => {
  const shop = await newShop();
  const early = await newDevice(shop, service, "early");
  const id = await runningWelcome(shop, [step("Hello"), step("Tips", day), step("Gift", 3 * day)]);
  const device = await newDevice(shop, service, "late");
  await advanceAndDeliver(shop, id);
  await Promise.all([advanceDrips(), advanceDrips(), advanceDrips()]);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual(["Hello"]);
  expect(await placesOf(id)).toEqual({ "active@1": 1 });

  await pass(id, day);
  await advanceAndDeliver(shop, id);
  await pass(id, 2 * day);
  await advanceAndDeliver(shop, id);
  await pass(id, 30 * day);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual(["Hello", "Tips", "Gift"]);
  // Who was there before the welcome, and who comes again, is no newcomer.
  await newDevice(shop, service, "late");
  await advanceAndDeliver(shop, id);
  expect(titlesOf(early)).toEqual([]);
  expect(await placesOf(id)).toEqual({ "completed@3": 1 });
  expect(await getCampaign(shop.ctx, id)).toMatchObject({ status: "running", type: "welcome" });
  expect((await getPerformance(shop.ctx, id)).steps.map(({ index, sent }) => [index, sent])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
  await expectExact(shop, id);
});

describe("unsubscribing ends it", () => {
  test("nothing more comes, not even what was due already, and coming back does not begin anew", async () => {
    const shop = await newShop();
    const id = await runningWelcome(shop, [step("Hello"), step("Tips", day)]);
    const device = await newDevice(shop, service, "leaver");
    const stays = await newDevice(shop, service, "stays");
    await advanceAndDeliver(shop, id);
    await pass(id, day);
    // In the ledger already, and not yet sent.
    await advanceDrips();
    await unsubscribe(shop.site, device.subscriptionId);
    await advanceAndDeliver(shop, id);
    await newDevice(shop, service, "leaver");
    await pass(id, 10 * day);
    await advanceAndDeliver(shop, id);
    expect(titlesOf(device)).toEqual(["Hello"]);
    expect(titlesOf(stays)).toEqual(["Hello", "Tips"]);
    await expectExact(shop, id);
  });

  test("at the second of three steps: the third never exists", async () => {
    const shop = await newShop();
    const id = await runningWelcome(shop, [step("Hello"), step("Tips", day), step("Gift", 2 * day)]);
    const [one, two] = [await newDevice(shop, service, "one"), await newDevice(shop, service, "two")];
    await advanceAndDeliver(shop, id);
    await unsubscribe(shop.site, one.subscriptionId);
    await deleteSubscriber(shop.ctx, two.subscriberId);
    await pass(id, 2 * day);
    await advanceAndDeliver(shop, id);
    expect(await placesOf(id)).toEqual({ "stopped:unsubscribed@1": 2 });
    expect(service.posts).toHaveLength(2);
    await expectExact(shop, id);
  });
});

describe("editing while people are inside", () => {
  test("by default they finish the steps they began with, and newcomers walk the new ones", async () => {
    const shop = await newShop();
    const id = await runningWelcome(shop, [step("Hello"), step("Tips", day)]);
    const old = await newDevice(shop, service, "old");
    await advanceAndDeliver(shop, id);
    const { steps } = await edit(shop, id, { steps: [step("Servus", 0), step("Gift", day)] });
    const fresh = await newDevice(shop, service, "fresh");
    await pass(id, day);
    await advanceAndDeliver(shop, id);
    await pass(id, day);
    await advanceAndDeliver(shop, id);
    expect(titlesOf(old)).toEqual(["Hello", "Tips"]);
    expect(titlesOf(fresh)).toEqual(["Servus", "Gift"]);
    // Figures of the old steps are not those of the new ones.
    expect(steps.map(({ key }) => key)).toEqual([2, 3]);
    expect((await getPerformance(shop.ctx, id)).steps.map(({ index, sent }) => [index, sent])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    await expectExact(shop, id);
  });

  test("or they move: on with the steps whose time they have not passed, never the same step twice", async () => {
    const shop = await newShop();
    const id = await runningWelcome(shop, [step("Hello"), step("Tips", day), step("Gift", 3 * day)]);
    const device = await newDevice(shop, service, "mover");
    await advanceAndDeliver(shop, id);
    await pass(id, day);
    await advanceAndDeliver(shop, id);
    expect(titlesOf(device)).toEqual(["Hello", "Tips"]);
    const [hello, tips, gift] = (await getCampaign(shop.ctx, id)).steps;
    // Hello is gone, Tips and Gift changed places, and there is a new one in between.
    await edit(shop, id, {
      steps: [
        { ...gift, delayMinutes: day },
        step("News", 2 * day),
        { ...tips, delayMinutes: 4 * day },
        step("Bye", 5 * day),
      ],
      enrolled: "move",
    });
    expect(hello?.key).toBe(0);
    for (const days of [1, 1, 1, 1, 1]) {
      await pass(id, days * day);
      await advanceAndDeliver(shop, id);
    }
    expect(titlesOf(device)).toEqual(["Hello", "Tips", "News", "Bye"]);
    expect(await placesOf(id)).toEqual({ "completed@4": 1 });
    await expectExact(shop, id);
  });

  test("two who edit at once: one is refused; site, audience and kind stay", async () => {
    const shop = await newShop();
    const id = await runningWelcome(shop, [step("Hello")]);
    const both = await Promise.allSettled([
      edit(shop, id, { steps: [step("One")] }),
      edit(shop, id, { steps: [step("Two")] }),
    ]);
    expect(both.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(1);
    await expect(edit(shop, id, { trigger: { type: "one_time" } })).rejects.toMatchObject({ code: "conflict" });
    const other = await createSite(shop.ctx, { name: "Other", url: "https://other.example" });
    await expect(edit(shop, id, { siteId: other.id })).rejects.toMatchObject({ code: "conflict" });
    await expect(sendCampaign(shop.ctx, id)).rejects.toMatchObject({ code: "conflict" });
  });
});

test("a pause holds everybody, and what follows an overdue step keeps its distance", async () => {
  const shop = await newShop();
  const id = await runningWelcome(shop, [step("Hello"), step("Tips", day), step("Gift", 2 * day)]);
  const device = await newDevice(shop, service, "patient");
  await pauseCampaign(shop.ctx, id);
  await pass(id, 5 * day);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual([]);
  await resumeCampaign(shop.ctx, id);
  await advanceAndDeliver(shop, id);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual(["Hello"]);
  await pass(id, day);
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual(["Hello", "Tips"]);
  await cancelCampaign(shop.ctx, id);
  await advanceAndDeliver(shop, id);
  expect(await placesOf(id)).toEqual({ "stopped:cancelled@2": 1 });
  await expectExact(shop, id);
});

test("quiet hours shift a step and drop none", async () => {
  const shop = await newShop();
  const hour = new Date().getUTCHours();
  const clock = (offset: number) => `${String((hour + offset + 24) % 24).padStart(2, "0")}:00`;
  await updateSite(shop.ctx, shop.site.id, {
    settings: { timezone: "UTC", quietHours: { from: clock(-1), to: clock(2) } },
  });
  const id = await runningWelcome(shop, [step("Hello"), step("Tips", day)]);
  const device = await newDevice(shop, service, "sleeper");
  await advanceAndDeliver(shop, id);
  expect(titlesOf(device)).toEqual([]);
  const [message] = await query<{ status: string; next_at: Date }>(
    "SELECT status, next_at FROM message WHERE campaign_id = $1",
    [id],
  );
  expect(message).toMatchObject({ status: "queued" });
  expect(message?.next_at.getUTCHours()).toBe((hour + 2) % 24);
  await expectExact(shop, id);
});

test("a step's variants share its people, and all devices of a person see the same", async () => {
  const shop = await newShop();
  const content = (title: string) => ({ title, message: "Good to have you." });
  const variants = [
    { name: "A", weight: 50, content: content("A") },
    { name: "B", weight: 50, content: content("B") },
  ];
  const id = await runningWelcome(shop, [step("Hello", 0, { variants })]);
  for (let index = 0; index < 12; index++) await newDevice(shop, service, `variant-${index}`);
  await advanceAndDeliver(shop, id);
  const shares = await query<{ variant: number; sent: number }>(
    "SELECT variant, sum(sent)::int AS sent FROM counter WHERE campaign_id = $1 GROUP BY variant ORDER BY variant",
    [id],
  );
  expect(shares.map(({ variant }) => variant)).toEqual([0, 1]);
  expect(service.posts).toHaveLength(12);
  await expectExact(shop, id);
});
