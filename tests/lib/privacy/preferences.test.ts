import { beforeEach, expect, test } from "vitest";
import { createCampaign, duplicateCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { claimMessages } from "#lib/delivery/claim.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { renderPayload } from "#lib/delivery/render.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { newId } from "#lib/ids.ts";
import { preferenceUrl, readPreferenceToken } from "#lib/privacy/preference-link.ts";
import { changePreferences, erasePerson, getPersonView } from "#lib/privacy/preferences.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { deleteSubscriber, updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { campaignBody, newSite, newSubscription } from "#tests/support/workspace.ts";

let ctx: Context;
let siteId: string;
let person: { workspaceId: string; subscriberId: string };
beforeEach(async () => {
  ({ ctx } = await newAccount());
  siteId = (await newSite(ctx)).id;
  person = { workspaceId: ctx.workspaceId, subscriberId: (await newSubscription(siteId)).subscriberId };
});

test("a link opens its own person's page, and a changed one nobody's", async () => {
  const token = new URL(preferenceUrl(person)).pathname.replace("/p/", "");
  expect(readPreferenceToken(token)).toEqual(person);
  const [text = "", signature = ""] = token.split(".");
  const other = Buffer.from(text, "base64url");
  other[31] = Number(other[31]) ^ 1;
  for (const forged of [
    "",
    text,
    `${text}.`,
    `${other.toString("base64url")}.${signature}`,
    `${text}.${"A".repeat(22)}`,
  ])
    expect(() => readPreferenceToken(forged)).toThrow("This link is not valid.");
});

test("a person sees what is kept, pauses, chooses categories, opts out with a record, and is forgotten", async () => {
  await updateSite(ctx, siteId, { settings: { categories: [{ key: "offers", name: "Offers" }] } });
  const view = await getPersonView(person);
  expect(view).toMatchObject({
    siteNames: ["Kettle & Cup"],
    categories: [{ key: "offers", name: "Offers", wanted: true }],
    isActive: true,
    consents: [{ kind: "granted", source: "sdk" }],
  });
  await changePreferences(person, { pauseDays: 7, preferences: { offers: false } });
  const paused = await getPersonView(person);
  expect(paused.pausedUntil?.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(paused.categories[0]?.wanted).toBe(false);
  const quietHours = { from: "21:30", to: "07:00" };
  await changePreferences(person, { quietHours });
  expect(await getPersonView(person)).toMatchObject({ quietHours, pausedUntil: paused.pausedUntil });
  await changePreferences(person, { pauseDays: 0, isActive: false });
  expect(await getPersonView(person)).toMatchObject({ quietHours });
  await changePreferences(person, { quietHours: null });
  expect(await getPersonView(person)).toMatchObject({ quietHours: null });
  expect(await getPersonView(person)).toMatchObject({ pausedUntil: null, isActive: false });
  expect(await db.consent.findFirst({ where: person, orderBy: { id: "desc" } })).toMatchObject({
    kind: "withdrawn",
    source: "preference_page",
  });
  await erasePerson(person);
  await expect(getPersonView(person)).rejects.toMatchObject({ code: "not_found" });
  expect(await db.erasure.findFirst({ where: { workspaceId: ctx.workspaceId } })).toMatchObject({ source: "person" });
});

test("a person off the sender's lists still sees what is kept of them, and can be forgotten", async () => {
  await updateSubscriber(ctx, person.subscriberId, { name: "Ada", phone: "+4930901820" });
  expect(await getPersonView(person)).toMatchObject({ phone: "+4930901820", isDeleted: false });
  await deleteSubscriber(ctx, person.subscriberId);
  expect(await getPersonView(person)).toMatchObject({ name: "Ada", phone: null, isDeleted: true });
  await expect(changePreferences(person, { isActive: true })).rejects.toMatchObject({ code: "not_found" });
  await erasePerson(person);
  await expect(getPersonView(person)).rejects.toMatchObject({ code: "not_found" });
});

test.each([
  ["a pause", { pauseDays: 1 }, "person_paused"],
  ["an unwanted category", { preferences: { offers: false } }, "unwanted"],
])("%s keeps messages from a person, and the ledger says why", async (_, changes, reason) => {
  await updateSite(ctx, siteId, { settings: { categories: [{ key: "offers", name: "Offers" }] } });
  const campaign = await createCampaign(
    ctx,
    NewCampaign.parse(campaignBody(siteId, { options: { category: "offers" } })),
  );
  await sendCampaign(ctx, campaign.id);
  const run = await db.run.findFirstOrThrow({ where: { campaignId: campaign.id } });
  await startRun(ctx.workspaceId, run.id);
  await writeLedger(ctx.workspaceId, run.id, 5_000);
  await changePreferences(person, changes);
  expect((await claimMessages(ctx.workspaceId, run.id, 1, { limit: 10, sliceId: newId() })).messages).toEqual([]);
  expect(await db.message.findMany({ where: { runId: run.id } })).toMatchObject([{ status: "skipped", reason }]);
});

test("a campaign of any type belongs to a category that its site has, and keeps one that the site gave up", async () => {
  const other = (await newSite(ctx)).id;
  await updateSite(ctx, siteId, { settings: { categories: [{ key: "offers", name: "Offers" }] } });
  const rrule = { type: "recurring", rrule: "FREQ=DAILY", startsAt: "2027-01-01T09:00", timezone: "UTC" };
  const refused = { code: "validation_error", fields: { "options.category": [expect.stringContaining("offers")] } };
  for (const trigger of [{ type: "one_time" }, { type: "welcome" }, { type: "triggered", event: "order" }, rrule])
    await expect(
      createCampaign(ctx, NewCampaign.parse(campaignBody(siteId, { trigger, options: { category: "offer" } }))),
    ).rejects.toMatchObject(refused);

  const body = NewCampaign.parse(campaignBody(siteId, { options: { category: "offers" } }));
  const { id } = await createCampaign(ctx, body);
  await expect(updateCampaign(ctx, id, { options: { category: "news" } })).rejects.toMatchObject(refused);
  await expect(updateCampaign(ctx, id, { siteId: other })).rejects.toMatchObject({ code: "validation_error" });
  await updateSite(ctx, siteId, { settings: { categories: [] } });
  expect(await updateCampaign(ctx, id, { name: "Renamed" })).toMatchObject({ options: { category: "offers" } });
  expect((await duplicateCampaign(ctx, id)).options).toEqual({});
});

test("a notification leads to the preference page where it has room for a button", () => {
  const site = { url: "https://shop.example", settings: { iconUrl: null, utm: {} } };
  const content = { title: "Sale", message: "Today" };
  const shared = {
    messageId: person.subscriberId,
    runId: siteId,
    stepIndex: 0,
    requireInteraction: false,
    site,
    values: {},
  };
  const preferences = { url: preferenceUrl(person), locale: "de-AT" };
  const read = (input: object) =>
    JSON.parse(renderPayload({ ...shared, content, ...input }, "https://push.example/x").toString());
  expect(read({ preferences }).actions).toEqual([
    { action: "preferences", title: "Einstellungen", url: preferences.url },
  ]);
  const two = [1, 2].map((each) => ({ title: `Button ${each}`, url: "https://shop.example" }));
  expect(read({ preferences, content: { ...content, actions: two } }).actions).toHaveLength(2);
  expect(read({}).actions).toBeUndefined();
  const full = "x".repeat(3_700);
  expect(read({ preferences, content: { ...content, message: full } }).actions).toBeUndefined();
});
