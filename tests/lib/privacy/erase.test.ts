import { beforeEach, expect, test } from "vitest";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import { testContent } from "#lib/campaigns/test-send.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { eraseSubscriber, finishErasures } from "#lib/privacy/erase.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";
import { createSubscriber, getSubscriber, updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { dumpDatabase, linesWith } from "#tests/support/dump.ts";
import { importAll, upload } from "#tests/support/imports.ts";
import { campaignBody, newEndpoint, newSite } from "#tests/support/workspace.ts";

let ctx: Context;
beforeEach(async () => {
  ({ ctx } = await newAccount());
});

const canary = {
  externalId: "canary-4711",
  name: "Canary Bird",
  city: "Canary Wharf",
  page: "https://shop.example/canary",
  event: "canary-cage",
};

/** A person who left traces everywhere we could think of. */
async function plant(siteId: string) {
  const site = await findPublicSite(siteId);
  const { subscription } = newBrowserSubscription(newEndpoint());
  const input = { siteId, subscription, tags: ["canary-tag"], page: canary.page, promptVersion: "v7" };
  const person = await subscribe(site, input, { userAgent: null, country: null, isTest: false });
  await updateSubscriber(ctx, person.subscriberId, {
    externalId: canary.externalId,
    name: canary.name,
    attributes: { city: canary.city },
  });
  const campaign = await createCampaign(
    ctx,
    NewCampaign.parse(campaignBody(siteId, { audience: { type: "subscribers", externalIds: [canary.externalId] } })),
  );
  await sendCampaign(ctx, campaign.id);
  const run = await db.run.findFirstOrThrow({ where: { campaignId: campaign.id } });
  await startRun(ctx.workspaceId, run.id);
  expect(await writeLedger(ctx.workspaceId, run.id, 5_000)).toBe("complete");
  await testContent(
    ctx,
    siteId,
    { title: `Dear ${canary.name}`, message: "One to one" },
    { subscriptionIds: [person.subscriptionId] },
  );
  await query(
    `INSERT INTO event (workspace_id, site_id, subscriber_id, type, name, properties, at) VALUES ($1, $2, $3, 'custom', 'order', $4, now())`,
    [ctx.workspaceId, siteId, person.subscriberId, JSON.stringify({ what: canary.event })],
  );
  await query(
    `INSERT INTO firing (workspace_id, campaign_id, event_id, subscriber_id, outcome, run_id, properties) VALUES ($1, $2, gen_random_uuid(), $3, 'fired', $4, $5)`,
    [ctx.workspaceId, campaign.id, person.subscriberId, run.id, JSON.stringify({ what: canary.event })],
  );
  await query("UPDATE run SET variables = $2 WHERE id = $1", [run.id, JSON.stringify({ "event.what": canary.event })]);
  // Files that are kept: one with a row in error, one that nobody began.
  await importAll(ctx, `external id,time zone,note\n${canary.externalId},Mars/Phobos,canary-note\n`);
  await upload(ctx, `external id,note\n${canary.externalId},canary-note\nc-2,other\n`);
  return { ...person, subscription, campaignId: campaign.id, runId: run.id };
}

test("an erased person is nowhere in a dump, the figures stay, and nothing queued is sent", async () => {
  const site = await newSite(ctx);
  const person = await plant(site.id);
  const secrets = [person.subscription.endpoint, person.subscription.keys.auth, "canary-note"];
  const before = await dumpDatabase();
  expect(linesWith(before, secrets), "addresses and files are sealed").toEqual([]);
  const traces = [...Object.values(canary), "canary-tag", person.subscription.keys.p256dh, ...secrets];
  expect(linesWith(before, traces).length).toBeGreaterThan(5);
  const counted = await getReconciliation(ctx, person.campaignId);

  await eraseSubscriber(ctx, person.subscriberId);

  const after = await dumpDatabase();
  expect(linesWith(after, traces)).toEqual([]);
  // Of the id only that somebody was erased, and that they had agreed once.
  const tables = linesWith(after, [person.subscriberId]).map((line) => line.split(" ")[0]);
  expect([...new Set(tables)].sort()).toEqual(["public.audit_entry", "public.consent"]);
  const recounted = await getReconciliation(ctx, person.campaignId);
  expect(recounted).toMatchObject({ isExact: true, recipients: counted.recipients });
  expect(recounted.states.find(({ status }) => status === "skipped")).toMatchObject({ ledger: 1, counters: 1 });
  expect(await query("SELECT 1 FROM message WHERE run_id = $1 AND status = 'queued'", [person.runId])).toEqual([]);
  const [day] = await query("SELECT subscribed, unsubscribed FROM site_day WHERE site_id = $1", [site.id]);
  expect(day).toEqual({ subscribed: 1, unsubscribed: 1 });
  await expect(getSubscriber(ctx, person.subscriberId)).rejects.toMatchObject({ code: "not_found" });
  await expect(eraseSubscriber(ctx, person.subscriberId)).rejects.toMatchObject({ code: "not_found" });
});

test("an erased person is not brought back by a file, a program or their old browser, and is by subscribing anew", async () => {
  const site = await newSite(ctx);
  const { subscriberId, subscription } = await plant(site.id);
  await eraseSubscriber(ctx, subscriberId);
  const { endpoint, keys } = subscription;
  const done = await importAll(
    ctx,
    `externalId,name,endpoint,p256dh,auth\n${canary.externalId},Back,,,\n,Back,${endpoint},${keys.p256dh},${keys.auth}\n`,
  );
  expect(done).toMatchObject({ created: 0, erased: 2 });
  await expect(createSubscriber(ctx, { externalId: canary.externalId })).rejects.toMatchObject({ code: "erased" });
  const found = await findPublicSite(site.id);
  const facts = { userAgent: null, country: null, isTest: false };
  await expect(subscribe(found, { siteId: site.id, subscription }, facts)).rejects.toMatchObject({ code: "erased" });
  const { subscription: fresh } = newBrowserSubscription(newEndpoint());
  expect((await subscribe(found, { siteId: site.id, subscription: fresh }, facts)).created).toBe(true);
});

test("what one workspace erased another may have", async () => {
  const site = await newSite(ctx);
  const { subscriberId } = await plant(site.id);
  const { ctx: other } = await newAccount();
  await expect(eraseSubscriber(other, subscriberId)).rejects.toMatchObject({ code: "not_found" });
  await eraseSubscriber(ctx, subscriberId);
  expect((await createSubscriber(other, { externalId: canary.externalId })).externalId).toBe(canary.externalId);
});

test("an erasure that a crash interrupted is finished by the sweep", async () => {
  const site = await newSite(ctx);
  const { subscriberId } = await plant(site.id);
  await eraseSubscriber(ctx, subscriberId);
  // As if it had ended before the events were gone.
  await query(
    `INSERT INTO event (workspace_id, subscriber_id, type, name, at) VALUES ($1, $2, 'custom', 'late', now())`,
    [ctx.workspaceId, subscriberId],
  );
  await query(
    "UPDATE erasure SET subscriber_id = $2, finished_at = NULL, created_at = now() - interval '5 minutes' WHERE workspace_id = $1",
    [ctx.workspaceId, subscriberId],
  );
  await finishErasures();
  expect(await query("SELECT 1 FROM event WHERE subscriber_id = $1", [subscriberId])).toEqual([]);
  expect(await db.erasure.findFirst({ where: { workspaceId: ctx.workspaceId } })).toMatchObject({ subscriberId: null });
});

test("erasure knows every table that names a subscriber", async () => {
  const rows = await query<{ name: string }>(
    "SELECT DISTINCT table_name AS name FROM information_schema.columns WHERE column_name = 'subscriber_id' AND table_schema = 'public' ORDER BY 1",
  );
  // A new one: take the person out of it in lib/privacy/erase.ts (or by a foreign key that cascades), then add it here.
  expect(rows.map(({ name }) => name)).toEqual([
    "consent",
    "enrollment",
    "erasure",
    "event",
    "firing",
    "group_custodian",
    "group_member",
    "message",
    "subscriber_touch",
    "subscription",
  ]);
});
