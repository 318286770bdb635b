import { beforeEach, expect, test } from "vitest";
import { streamCampaigns } from "#lib/analytics/campaign-export.ts";
import { db } from "#lib/db.ts";
import { createGroup } from "#lib/groups/groups.ts";
import { addGroupMembers } from "#lib/groups/members.ts";
import { streamPerson } from "#lib/privacy/person-export.ts";
import { createSegment } from "#lib/segments/segments.ts";
import { streamDevices, streamSubscribers } from "#lib/subscribers/export.ts";
import { streamGroup, streamList, streamSegment } from "#lib/subscribers/list-export.ts";
import { createSubscriber } from "#lib/subscribers/subscribers.ts";
import { newAccount, newMember } from "#tests/support/accounts.ts";
import { importAll } from "#tests/support/imports.ts";
import { newCampaign, newSite, newSubscription } from "#tests/support/workspace.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
beforeEach(async () => {
  account = await newAccount();
});

const read = async (stream: Promise<ReadableStream<Uint8Array>>) => await new Response(await stream).text();

test("what is exported can be imported again, and a spreadsheet finds no formula in it", async () => {
  const { ctx } = account;
  await createSubscriber(ctx, {
    externalId: "=cmd|' /C calc'!A0",
    name: '+1 "Ada", Countess',
    tags: ["vip", "@home"],
    attributes: { plan: "-gold", visits: 7, zip: "0123" },
  });
  const text = await read(streamSubscribers(ctx));
  expect(text).toContain(`'=cmd|' /C calc'!A0`);
  expect(text).toContain(`"'+1 ""Ada"", Countess"`);
  for (const cell of text.split(/[,\r\n]/)) expect(cell).not.toMatch(/^"?[=+@\t]/);

  const { ctx: other } = await newAccount();
  expect(await importAll(other, text)).toMatchObject({ created: 1, failed: 0 });
  const [copy] = await db.subscriber.findMany({ where: { workspaceId: other.workspaceId } });
  expect(copy).toMatchObject({
    externalId: "=cmd|' /C calc'!A0",
    name: '+1 "Ada", Countess',
    attributes: { plan: "-gold", visits: 7, zip: "0123" },
  });
  expect(Object.keys(Object(copy?.attributes)).sort()).toEqual(["plan", "visits", "zip"]);
  expect(copy?.tags.sort()).toEqual(["@home", "vip"]);
});

test("a list is exported as its filter leaves it", async () => {
  const { ctx } = account;
  await createSubscriber(ctx, { name: "Ada", tags: ["vip"] });
  await createSubscriber(ctx, { name: "Bob" });
  const segment = await createSegment(ctx, {
    name: "VIPs",
    rules: { all: [{ field: "tag", op: "eq", value: "vip" }] },
  });
  for (const filter of [{ tag: "vip" }, { search: "ada" }, { segmentId: segment.id }]) {
    const text = await read(streamList(ctx, filter));
    expect(text).toContain("Ada");
    expect(text).not.toContain("Bob");
  }
  expect(await read(streamList(ctx, {}))).toContain("Bob");
  await expect(streamList(ctx, { segmentId: crypto.randomUUID() })).rejects.toMatchObject({ code: "not_found" });
});

test("an owner takes every device along with address and keys; nobody else does", async () => {
  const { ctx } = account;
  const site = await newSite(ctx);
  const { subscriptionId } = await newSubscription(site.id);
  const admin = await newMember(ctx.workspaceId, "admin");
  await expect(streamDevices(admin.ctx)).rejects.toMatchObject({ code: "forbidden" });
  const text = await read(streamDevices(ctx));
  const [header = "", line = ""] = text.split("\r\n");
  const device = Object.fromEntries(header.split(",").map((name, index) => [name, line.split(",")[index]]));
  expect(device).toMatchObject({ channel: "web_push", status: "active", vapidPublicKey: site.vapidPublicKey });
  expect(device.endpoint).toMatch(/^https:\/\/updates\.push\.services\.mozilla\.com\//);
  expect(Buffer.from(device.auth ?? "", "base64url")).toHaveLength(16);

  // Another installation with the same key pair takes them in as they are.
  await db.subscription.deleteMany({ where: { id: subscriptionId } });
  expect(await importAll(ctx, text)).toMatchObject({ created: 1, failed: 0 });
  expect(await db.subscription.findMany({ where: { workspaceId: ctx.workspaceId } })).toMatchObject([
    { siteId: site.id, p256dh: device.p256dh, status: "active" },
  ]);
});

test("a group, a segment and the campaigns are exported by themselves", async () => {
  const { ctx } = account;
  await importAll(ctx, "external id,groups,tags\nc-1,Press,vip\nc-2,,vip\nc-3,Press,\n");
  const group = await db.group.findFirstOrThrow({ where: { workspaceId: ctx.workspaceId } });
  const named = (text: string) => [...text.matchAll(/,(c-\d),/g)].map(([, id]) => id).sort();
  expect(named(await read(streamGroup(ctx, group.id)))).toEqual(["c-1", "c-3"]);
  const segment = await createSegment(ctx, { name: "VIP", rules: { all: [{ field: "tag", op: "eq", value: "vip" }] } });
  expect(named(await read(streamSegment(ctx, segment.id)))).toEqual(["c-1", "c-2"]);
  const site = await newSite(ctx);
  const campaign = await newCampaign(ctx, site.id);
  const lines = (await read(Promise.resolve(streamCampaigns(ctx)))).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`${campaign.id},Autumn sale,one_time,web_push,draft`);
});

test("one person gets everything that is kept of them, as JSON and as CSV", async () => {
  const { ctx } = account;
  const site = await newSite(ctx);
  const { subscriberId } = await newSubscription(site.id);
  const group = await createGroup(ctx, { name: "Choir" });
  await addGroupMembers(ctx, group.id, { ids: [subscriberId] });
  const everything = JSON.parse(await read(streamPerson(ctx, subscriberId, "json")));
  expect(Object.keys(everything)).toEqual(["subscriber", "subscriptions", "groups", "consents", "messages", "events"]);
  expect(everything.groups).toMatchObject([{ name: "Choir" }]);
  expect(everything.subscriptions[0].endpoint).toMatch(/^https:/);
  expect(everything.consents).toMatchObject([{ kind: "granted", source: "sdk" }]);
  const csv = await read(streamPerson(ctx, subscriberId, "csv"));
  expect(csv).toContain(`subscriber,1,id,${subscriberId}`);
  expect(csv).toContain("consents,1,kind,granted");
  const { ctx: other } = await newAccount();
  await expect(streamPerson(other, subscriberId, "json")).rejects.toMatchObject({ code: "not_found" });
});
