import { beforeAll, describe, expect, test } from "vitest";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { createGroup, getGroup } from "#lib/groups/groups.ts";
import { addGroupMembers } from "#lib/groups/members.ts";
import { changePreferences, erasePerson, getPersonView } from "#lib/privacy/preferences.ts";
import { createSegment } from "#lib/segments/segments.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { changeTagsOfMany } from "#lib/subscribers/bulk.ts";
import { mergeSubscribers } from "#lib/subscribers/merge.ts";
import { SubscriberFilter, TimelineQuery } from "#lib/subscribers/schema.ts";
import { subscribe, unsubscribe } from "#lib/subscribers/subscribe.ts";
import {
  createSubscriber,
  getSubscriber,
  listSubscribers,
  restoreSubscriber,
  updateSubscriber,
} from "#lib/subscribers/subscribers.ts";
import { subscriberTimeline } from "#lib/subscribers/timeline.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { campaignBody, newEndpoint, newSite, newSubscription } from "#tests/support/workspace.ts";

let ctx: Context;
let siteId: string;

beforeAll(async () => {
  ({ ctx } = await newAccount());
  siteId = (await newSite(ctx)).id;
});

const find = async (filter: object) =>
  (await listSubscribers(ctx, SubscriberFilter.parse(filter))).data.map((each) => each.id);

describe("two people merged", () => {
  test("are one with all devices, groups, events, tags; what both know is the kept one's", async () => {
    const known = await createSubscriber(ctx, {
      externalId: "m-1",
      name: "Ada",
      tags: ["vip"],
      attributes: { plan: "pro" },
    });
    const { subscriberId } = await newSubscription(siteId);
    await db.subscriber.update({
      where: { id: subscriberId },
      data: { tags: ["new"], attributes: { plan: "free", seats: 2 } },
    });
    await db.event.create({
      data: { workspaceId: ctx.workspaceId, subscriberId, type: "custom", name: "purchase", at: new Date() },
    });
    const group = await createGroup(ctx, { name: "Crew" });
    await addGroupMembers(ctx, group.id, { ids: [subscriberId] });
    const merged = await mergeSubscribers(ctx, known.id, subscriberId);
    expect(merged).toMatchObject({ externalId: "m-1", name: "Ada", attributes: { plan: "pro", seats: 2 } });
    expect(merged.tags.sort()).toEqual(["new", "vip"]);
    expect(merged.subscriptions).toHaveLength(1);
    expect((await getGroup(ctx, group.id)).memberCount).toBe(1);
    expect(await db.event.count({ where: { subscriberId: known.id } })).toBe(1);
    await expect(getSubscriber(ctx, subscriberId)).rejects.toMatchObject({ code: "not_found" });
  });

  test("leave nothing of the other behind but the way to the one, and what either refused stays refused", async () => {
    const kept = await createSubscriber(ctx, { name: "Ada", timezone: "Europe/London" });
    const { subscriberId: fromId } = await newSubscription(siteId);
    const pausedUntil = new Date(Date.now() + 86_400_000);
    const quietHours = { from: "21:30", to: "07:00" };
    await db.subscriber.update({
      where: { id: fromId },
      data: { name: "Ada L.", externalId: "m-2", preferences: { offers: false, news: true }, quietHours, pausedUntil },
    });
    await db.subscriber.update({ where: { id: kept.id }, data: { preferences: { offers: true } } });
    const campaign = await createCampaign(ctx, NewCampaign.parse(campaignBody(siteId)));
    const walk = { workspaceId: ctx.workspaceId, campaignId: campaign.id, version: 1, status: "completed" } as const;
    await db.enrollment.create({ data: { ...walk, subscriberId: fromId } });
    const touch = { workspaceId: ctx.workspaceId, siteId };
    const [early, late] = [new Date(1_000), new Date(2_000)];
    await db.subscriberTouch.create({ data: { ...touch, subscriberId: kept.id, keys: ["late"], ats: [late] } });
    await db.subscriberTouch.create({ data: { ...touch, subscriberId: fromId, keys: ["early"], ats: [early] } });
    const link = { workspaceId: ctx.workspaceId, subscriberId: fromId };
    const merged = await mergeSubscribers(ctx, kept.id, fromId);
    expect(merged).toMatchObject({ quietHours, preferences: { offers: false, news: true }, externalId: "m-2" });
    expect((await db.subscriber.findUniqueOrThrow({ where: { id: kept.id } })).pausedUntil).toEqual(pausedUntil);
    expect(await db.consent.count({ where: { workspaceId: ctx.workspaceId, subscriberId: kept.id } })).toBe(1);
    expect(await db.enrollment.count({ where: { subscriberId: kept.id } })).toBe(1);
    expect(await db.subscriberTouch.findMany({ where: touch })).toMatchObject([
      { subscriberId: kept.id, keys: ["early", "late"], ats: [early, late] },
    ]);
    expect(await db.subscriber.findUniqueOrThrow({ where: { id: fromId } })).toMatchObject({
      name: null,
      locale: null,
      quietHours: null,
      preferences: {},
      mergedIntoId: kept.id,
    });
    expect(await find({ deleted: "true" })).not.toContain(fromId);
    await expect(restoreSubscriber(ctx, fromId)).rejects.toMatchObject({ code: "not_found" });

    // A notification that came before still leads to what is kept, through a second merge too, until it is erased.
    const last = await createSubscriber(ctx, { name: "Ada, at last" });
    await mergeSubscribers(ctx, last.id, kept.id);
    expect(await getPersonView(link)).toMatchObject({ name: "Ada, at last", quietHours });
    await changePreferences(link, { quietHours: null });
    expect((await getSubscriber(ctx, last.id)).quietHours).toBeNull();
    await erasePerson(link);
    expect(await db.subscriber.count({ where: { id: { in: [fromId, kept.id, last.id] } } })).toBe(0);
    await expect(getPersonView(link)).rejects.toMatchObject({ code: "not_found" });
  });

  test("stay opted out when one of them was, and are never of two workspaces or the same", async () => {
    const [a, b] = [
      await createSubscriber(ctx, { name: "A" }),
      await createSubscriber(ctx, { name: "B", isActive: false }),
    ];
    const stranger = await newAccount();
    const foreign = await createSubscriber(stranger.ctx, { name: "C" });
    await expect(mergeSubscribers(ctx, a.id, foreign.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(mergeSubscribers(stranger.ctx, foreign.id, a.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(mergeSubscribers(ctx, a.id, a.id)).rejects.toMatchObject({ code: "validation_error" });
    expect((await mergeSubscribers(ctx, a.id, b.id)).isActive).toBe(false);
  });
});

test("what happened to a person in one moment stands on one page of the timeline, and a consent tells how it came", async () => {
  const { subscriberId } = await newSubscription(siteId);
  const at = new Date(Date.now() + 1_000);
  const event = { workspaceId: ctx.workspaceId, subscriberId, type: "custom", at };
  for (const name of ["one", "two", "three"]) await db.event.create({ data: { ...event, name } });
  const first = await subscriberTimeline(ctx, subscriberId, TimelineQuery.parse({ pageSize: 2 }));
  expect(first.data.map(({ name }) => name).sort()).toEqual(["one", "three", "two"]);
  const before = first.nextBefore ?? undefined;
  const rest = await subscriberTimeline(
    ctx,
    subscriberId,
    TimelineQuery.parse({ pageSize: 2, before: before?.toISOString() }),
  );
  expect(rest).toMatchObject({ data: [{ kind: "consent", properties: { source: "sdk" } }], nextBefore: null });
});

test("a person tells the groups they are in and how long they paused", async () => {
  const { id } = await createSubscriber(ctx, { name: "Grouped" });
  const group = await createGroup(ctx, { name: "Choir" });
  await addGroupMembers(ctx, group.id, { ids: [id] });
  const pausedUntil = new Date(Date.now() + 86_400_000);
  await db.subscriber.update({ where: { id }, data: { pausedUntil } });
  expect(await getSubscriber(ctx, id)).toMatchObject({ groups: [{ id: group.id, name: "Choir" }], pausedUntil });
});

test("nobody's row grows without end by categories", async () => {
  const { subscriberId } = await newSubscription(siteId);
  const person = { workspaceId: ctx.workspaceId, subscriberId };
  const many = (prefix: string) => Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${prefix}${at}`, true]));
  await changePreferences(person, { preferences: many("a") });
  const refused = { code: "validation_error" };
  await expect(changePreferences(person, { preferences: many("b") })).rejects.toMatchObject(refused);
  await expect(updateSubscriber(ctx, subscriberId, { preferences: many("b") })).rejects.toMatchObject(refused);
  expect(Object.keys((await getSubscriber(ctx, subscriberId)).preferences)).toHaveLength(60);
});

test("a timeline tells consents and events, newest first, page by page", async () => {
  const { subscriberId, subscriptionId } = await newSubscription(siteId);
  const event = { workspaceId: ctx.workspaceId, subscriberId, type: "custom", properties: { total: 3 } };
  await db.event.create({ data: { ...event, name: "purchase", at: new Date(Date.now() + 1000) } });
  await unsubscribe(await findPublicSite(siteId), subscriptionId);
  const first = await subscriberTimeline(ctx, subscriberId, TimelineQuery.parse({ pageSize: 2 }));
  expect(first.data.map(({ kind, name }) => [kind, name])).toEqual([
    ["event", "purchase"],
    ["consent", "withdrawn"],
  ]);
  const before = first.nextBefore?.toISOString();
  const second = await subscriberTimeline(ctx, subscriberId, TimelineQuery.parse({ pageSize: 2, before }));
  expect(second.data.map(({ name }) => name)).toEqual(["granted"]);
  expect(second.nextBefore).toBeNull();
});

test("people are found by any part of name or id, by group and by segment; a test device's person is nobody", async () => {
  const ada = await createSubscriber(ctx, { externalId: "cust-77%_1", name: "Ada King", tags: ["found"] });
  expect(await find({ search: "ADA kin" })).toEqual([ada.id]);
  expect(await find({ search: "77%_" })).toEqual([ada.id]);
  expect(await find({ search: "king 77" })).toEqual([ada.id]);
  expect(await find({ search: ada.id })).toEqual([ada.id]);
  expect(await find({ search: "king 78" })).toEqual([]);
  const group = await createGroup(ctx, { name: "Found" });
  await addGroupMembers(ctx, group.id, { ids: [ada.id] });
  expect(await find({ groupId: group.id })).toEqual([ada.id]);
  const { id: segmentId } = await createSegment(ctx, {
    name: "Found",
    rules: { all: [{ field: "tag", op: "eq", value: "found" }] },
  });
  expect(await find({ segmentId })).toEqual([ada.id]);
  const { subscription } = newBrowserSubscription(newEndpoint());
  const site = await findPublicSite(siteId);
  const facts = { userAgent: null, country: "DE", isTest: true };
  const tried = await subscribe(site, { siteId, subscription }, facts);
  expect(await find({ pageSize: 100 })).not.toContain(tried.subscriberId);
  // The same person with an ordinary device is somebody, from Germany.
  const next = newBrowserSubscription(newEndpoint()).subscription;
  await subscribe(
    site,
    { siteId, subscription: next, previousEndpoint: subscription.endpoint },
    { ...facts, isTest: false },
  );
  expect(await find({ pageSize: 100 })).toContain(tried.subscriberId);
  expect((await getSubscriber(ctx, tried.subscriberId)).country).toBe("DE");
});

test("tags of many are changed at once, of the workspace's own only", async () => {
  const one = await createSubscriber(ctx, { tags: ["a"] });
  const two = await createSubscriber(ctx, { tags: ["b"] });
  const stranger = await newAccount();
  const foreign = await createSubscriber(stranger.ctx, { tags: ["a"] });
  for (const other of [foreign.id, "x"])
    await expect(changeTagsOfMany(ctx, { ids: [one.id, other], add: ["z"] })).rejects.toMatchObject({
      code: "not_found",
    });
  expect(await changeTagsOfMany(ctx, { ids: [one.id, two.id], add: ["c"], remove: ["a"] })).toBe(2);
  expect((await getSubscriber(ctx, one.id)).tags).toEqual(["c"]);
  expect((await getSubscriber(ctx, two.id)).tags.sort()).toEqual(["b", "c"]);
  expect((await getSubscriber(stranger.ctx, foreign.id)).tags).toEqual(["a"]);
});

test("more people than are counted are told as such, page by page, and a page shows who is there now", async () => {
  const { ctx: crowd } = await newAccount();
  await query(
    `INSERT INTO subscriber (id, workspace_id, name, tags, updated_at)
     SELECT uuidv7(), $1, 'Guest ' || i, '{guest}', now() FROM generate_series(1, 10050) AS i`,
    [crowd.workspaceId],
  );
  const look = (page: number) =>
    listSubscribers(crowd, SubscriberFilter.parse({ tag: "guest", page: String(page), pageSize: "25" }));
  for (const page of [1, 1, 3])
    expect(await look(page)).toMatchObject({ page, total: 10_000, totalCapped: true, data: { length: 25 } });
  const { id } = await createSubscriber(crowd, { name: "Late", tags: ["guest"] });
  expect((await look(1)).data[0]?.id).toBe(id);
});
