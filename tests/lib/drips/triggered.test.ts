import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign, type NewCampaignInput } from "#lib/campaigns/schema.ts";
import { query } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { acceptEvent, listEventNames, listEvents } from "#lib/drips/events.ts";
import { fireEvents } from "#lib/drips/fire.ts";
import { getFiring, listFirings } from "#lib/drips/firings.ts";
import { NewEvent } from "#lib/drips/schema.ts";
import { testFire } from "#lib/drips/test-fire.ts";
import { createGroup, setCustodians } from "#lib/groups/groups.ts";
import { findBrowserPerson } from "#lib/subscribers/browser.ts";
import { updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import { advanceAndDeliver, pass, placesOf, step } from "#tests/support/drips.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newShop, type Shop, type TestDevice, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

const page = { page: 1, pageSize: 100 };

function shown(device: TestDevice): { title: string; body: string; t: string }[] {
  return service.posts
    .filter((post) => post.token === device.token)
    .map((post) => JSON.parse(decryptPush(post.body ?? Buffer.alloc(0), device).toString()));
}

/** A triggered campaign that runs. @returns its id */
async function listening(shop: Shop, trigger: object, more: Partial<NewCampaignInput> = {}): Promise<string> {
  const input = {
    name: "Alarm",
    siteId: shop.site.id,
    trigger: { type: "triggered", event: "order", ...trigger },
    audience: { type: "event_subject" },
    steps: [step("Thanks for {{event.total|something}} {{name|friend}}")],
    ...more,
  };
  const { id } = await createCampaign(shop.ctx, NewCampaign.parse(input));
  await scheduleCampaign(shop.ctx, id, {});
  return id;
}

const tell = (shop: Shop, device: TestDevice, properties: object = {}, name = "order", more: object = {}) =>
  acceptEvent(shop.ctx, NewEvent.parse({ name, subscriberId: device.subscriberId, properties, ...more }));

async function outcomes(shop: Shop, id: string): Promise<Record<string, number>> {
  const { data } = await listFirings(shop.ctx, id, page);
  const counts: Record<string, number> = {};
  for (const { outcome } of data) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test("an event tells its subject, with its properties in the text, never expanded twice", async () => {
  const shop = await newShop();
  const [ada, bob] = [await newDevice(shop, service, "ada"), await newDevice(shop, service, "bob")];
  await updateSubscriber(shop.ctx, ada.subscriberId, { name: "Ada" });
  const id = await listening(shop, {});
  await tell(shop, ada, { total: "{{name}}" });
  await tell(shop, ada, { total: 12 }, "other");
  expect(await fireEvents()).toBe(1);
  expect(await fireEvents()).toBe(0);
  await advanceAndDeliver(shop, id);
  expect(shown(ada).map(({ title }) => title)).toEqual(["Thanks for {{name}} Ada"]);
  expect(shown(bob)).toEqual([]);
  // And a browser's own event, which only its own site's campaigns hear.
  const elsewhere = await newShop();
  const deaf = await listening(elsewhere, {});
  const person = await findBrowserPerson(shop.site, bob.subscriptionId);
  await recordSdkEvents(shop.site, [{ type: "custom", name: "order", properties: { total: 3 } }], person);
  await fireEvents();
  await advanceAndDeliver(shop, id);
  expect(shown(bob).map(({ title }) => title)).toEqual(["Thanks for 3 friend"]);
  expect(await outcomes(elsewhere, deaf)).toEqual({});
  expect((await getReconciliation(shop.ctx, id)).isExact).toBe(true);
});

test("the condition asks the event and the person; what it refused is in the history", async () => {
  const shop = await newShop();
  const device = await newDevice(shop, service, "vip");
  await updateSubscriber(shop.ctx, device.subscriberId, { tags: ["vip"] });
  const other = await newDevice(shop, service, "no-vip");
  const id = await listening(shop, {
    condition: {
      all: [
        { field: "property.total", op: "gt", value: 100 },
        { field: "tag", op: "eq", value: "vip" },
      ],
    },
  });
  for (const [whom, total] of [
    [device, 101],
    [device, 100],
    [device, "101"],
    [other, 500],
  ] as const)
    await tell(shop, whom, { total });
  await fireEvents();
  expect(await outcomes(shop, id)).toEqual({ fired: 1, condition: 3 });
});

test("a storm of events: with a cooldown exactly one fires for each subject, also when all come at once", async () => {
  const shop = await newShop();
  const devices = [await newDevice(shop, service, "storm-0"), await newDevice(shop, service, "storm-1")];
  const id = await listening(shop, { cooldownMinutes: 60 });
  await Promise.all(
    devices.flatMap((device) => Array.from({ length: 100 }, (_, total) => tell(shop, device, { total }))),
  );
  await Promise.all([1, 2, 3, 4].map(() => fireEvents()));
  while ((await fireEvents()) > 0);
  await advanceAndDeliver(shop, id);
  expect(
    await query("SELECT outcome, count(*)::int AS count FROM firing WHERE campaign_id = $1 GROUP BY 1 ORDER BY 1", [
      id,
    ]),
  ).toEqual([
    { outcome: "cooldown", count: 198 },
    { outcome: "fired", count: 2 },
  ]);
  expect(service.posts).toHaveLength(2);
  // Over: it fires again.
  await query("UPDATE cooldown SET fired_at = fired_at - interval '61 minutes' WHERE campaign_id = $1", [id]);
  await tell(shop, devices[0] as TestDevice, { total: 7 });
  await fireEvents();
  await advanceAndDeliver(shop, id);
  expect(service.posts).toHaveLength(3);
});

describe("a goal stops the wait", () => {
  const cart = {
    event: "cart",
    stopEvent: "order",
    delayMinutes: 60,
  };

  test("an abandoned cart is reminded, a bought one is not", async () => {
    const shop = await newShop();
    const [buyer, leaver] = [await newDevice(shop, service, "buyer"), await newDevice(shop, service, "leaver")];
    const id = await listening(shop, cart, { steps: [step("Still there"), step("Last call", 60)] });
    await tell(shop, buyer, {}, "cart");
    await tell(shop, leaver, {}, "cart");
    await fireEvents();
    await advanceAndDeliver(shop, id);
    expect(service.posts).toHaveLength(0);
    await tell(shop, buyer, {}, "order");
    await fireEvents();
    await pass(id, 60);
    await advanceAndDeliver(shop, id);
    await tell(shop, leaver, {}, "order");
    await fireEvents();
    await pass(id, 60);
    await advanceAndDeliver(shop, id);
    expect(shown(buyer)).toEqual([]);
    expect(shown(leaver).map(({ title }) => title)).toEqual(["Still there"]);
    expect(await placesOf(id)).toEqual({ "stopped:goal@0": 1, "stopped:goal@1": 1 });
  });

  test("what waits in the ledger is skipped, and counted so", async () => {
    const shop = await newShop();
    const device = await newDevice(shop, service, "waiting");
    const id = await listening(shop, cart, { options: { quietHours: { from: "00:00", to: "23:59" } } });
    await tell(shop, device, {}, "cart");
    await fireEvents();
    await pass(id, 60);
    await advanceAndDeliver(shop, id);
    await tell(shop, device, {}, "order");
    await fireEvents();
    expect(await query("SELECT status::text, reason FROM message WHERE campaign_id = $1", [id])).toEqual([
      { status: "skipped", reason: "goal" },
    ]);
    expect((await getReconciliation(shop.ctx, id)).isExact).toBe(true);
  });
});

test("an alarm for others is one run a firing; the history says who was told and who acted", async () => {
  const shop = await newShop();
  const [machine, guard] = [await newDevice(shop, service, "machine"), await newDevice(shop, service, "guard")];
  const id = await listening(
    shop,
    { event: "too_hot", severity: "critical", cooldownMinutes: 30 },
    {
      audience: { type: "subscribers", ids: [guard.subscriberId] },
      steps: [step("{{event.device}}: {{event.value}} °C")],
    },
  );
  await tell(shop, machine, { device: "Oven 3", value: 240 }, "too_hot");
  await tell(shop, guard, { device: "Oven 4", value: 250 }, "too_hot");
  await fireEvents();
  const runs = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1", [id]);
  expect(runs).toHaveLength(1);
  for (const run of runs) {
    await startRun(shop.ctx.workspaceId, run.id);
    await writeLedger(shop.ctx.workspaceId, run.id, 10_000);
    await deliverSlice(shop.ctx.workspaceId, run.id, 5_000);
  }
  const [told] = shown(guard);
  expect(told?.title).toBe("Oven 3: 240 °C");
  expect(shown(machine)).toEqual([]);
  const [message] = await query<{ id: string }>("SELECT id FROM message WHERE campaign_id = $1", [id]);
  await recordSdkEvents(shop.site, [{ type: "clicked", t: eventToken(message?.id ?? "") }], undefined);

  const { data } = await listFirings(shop.ctx, id, page);
  expect(data.map(({ outcome, severity, told: people, acted }) => [outcome, severity, people, acted])).toEqual([
    ["cooldown", "critical", 0, 0],
    ["fired", "critical", 1, 1],
  ]);
  const detail = await getFiring(shop.ctx, id, data[1]?.id ?? "");
  expect(detail).toMatchObject({
    properties: { device: "Oven 3", value: 240 },
    subscriber: { id: machine.subscriberId },
    people: [{ subscriber: { id: guard.subscriberId }, clickedAt: expect.any(Date) }],
  });
});

test("an alarm to a group's custodians wakes those of them who are subscribers, and nobody of the group", async () => {
  const shop = await newShop();
  const [guard, patient] = [await newDevice(shop, service, "custodian"), await newDevice(shop, service, "patient")];
  const [member] = await query<{ id: string }>("SELECT id FROM member WHERE workspace_id = $1", [shop.ctx.workspaceId]);
  const group = await createGroup(shop.ctx, { name: "Ward 3" });
  await query("INSERT INTO group_member (workspace_id, group_id, subscriber_id) VALUES ($1, $2, $3)", [
    shop.ctx.workspaceId,
    group.id,
    patient.subscriberId,
  ]);
  await setCustodians(shop.ctx, group.id, {
    custodians: [{ memberId: member?.id ?? "", subscriberId: guard.subscriberId }],
  });
  const id = await listening(shop, { event: "alert" }, { audience: { type: "custodians", groupId: group.id } });
  await tell(shop, patient, { total: "a fall" }, "alert");
  await fireEvents();
  const [run] = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1", [id]);
  await startRun(shop.ctx.workspaceId, run?.id ?? "");
  await writeLedger(shop.ctx.workspaceId, run?.id ?? "", 10_000);
  await deliverSlice(shop.ctx.workspaceId, run?.id ?? "", 5_000);
  expect(shown(guard).map(({ title }) => title)).toEqual(["Thanks for a fall friend"]);
  expect(shown(patient)).toEqual([]);
});

test("a test fires for chosen devices only, outside figures and cooldown, and says what the condition would say", async () => {
  const shop = await newShop();
  const device = await newDevice(shop, service, "tester");
  const id = await listening(shop, {
    cooldownMinutes: 60,
    condition: { all: [{ field: "property.total", op: "gt", value: 5 }] },
  });
  const fired = await testFire(shop.ctx, id, { properties: { total: 3 }, subscriptionIds: [device.subscriptionId] });
  expect(fired.conditionHolds).toBe(false);
  const [message] = await query<{ run_id: string }>("SELECT run_id FROM message WHERE id = $1", [fired.messageIds[0]]);
  await deliverSlice(shop.ctx.workspaceId, message?.run_id ?? "", 5_000);
  expect(shown(device).map(({ title }) => title)).toEqual(["Thanks for 3 friend"]);
  expect((await listFirings(shop.ctx, id, page)).data).toMatchObject([{ isTest: true, told: 1 }]);
  expect((await getReconciliation(shop.ctx, id)).recipients).toBe(0);
  await tell(shop, device, { total: 6 });
  await fireEvents();
  expect(await outcomes(shop, id)).toEqual({ fired: 2 });
});

test("late events fire nothing, too late ones are refused, and all are in the list with what came of them", async () => {
  const shop = await newShop();
  const device = await newDevice(shop, service, "late");
  const id = await listening(shop, {});
  const ago = (days: number) => ({ at: new Date(Date.now() - days * 86_400_000).toISOString() });
  await tell(shop, device, { total: 1 }, "order", ago(2));
  await expect(tell(shop, device, {}, "order", ago(31))).rejects.toMatchObject({ code: "event_too_old" });
  await tell(shop, device, { sum: 1 }, "unheard");
  await fireEvents();
  expect(await outcomes(shop, id)).toEqual({ too_old: 1 });
  const { data } = await listEvents(shop.ctx, page);
  expect(data.map(({ name, isWaiting, firings }) => [name, isWaiting, firings.map(({ outcome }) => outcome)])).toEqual([
    ["unheard", false, []],
    ["order", false, ["too_old"]],
  ]);
  expect((await listEventNames(shop.ctx)).data).toMatchObject([
    { name: "order", properties: ["total"], variables: { "event.total": expect.any(Number) } },
    { name: "unheard", properties: ["sum"] },
  ]);
});
