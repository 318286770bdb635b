import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { streamImportErrors } from "#lib/imports/errors-report.ts";
import { cancelImport, getImport, previewImport, startImport } from "#lib/imports/imports.ts";
import { workOnImport } from "#lib/imports/work.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";
import { updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { externalIdHash } from "#lib/subscribers/tombstones.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { importAll, upload } from "#tests/support/imports.ts";
import { newEndpoint, newSite, newSubscription } from "#tests/support/workspace.ts";

let ctx: Context;
beforeEach(async () => {
  ({ ctx } = await newAccount());
});

const outcomes = ["created", "updated", "duplicates", "unconsented", "erased", "failed"] as const;
function sum(done: Record<(typeof outcomes)[number], number>): number {
  return outcomes.reduce((total, outcome) => total + done[outcome], 0);
}

function people() {
  return db.subscriber.findMany({ where: { workspaceId: ctx.workspaceId }, orderBy: { externalId: "asc" } });
}

describe("an import", () => {
  test("takes people in with names, phones, tags and facts of their own", async () => {
    const done = await importAll(
      ctx,
      'External ID,Name,Phone,Language,Time zone,Tags,Plan,Visits\nc-1,"Lovelace, Ada",+49 30 901820,en,Europe/Berlin,"vip, early",gold,7\nc-2,Grace,,de,,,silver,\n',
    );
    expect(done).toMatchObject({ status: "completed", rows: 2, rowsDone: 2, created: 2, failed: 0 });
    const [ada, grace] = await people();
    expect(ada).toMatchObject({
      externalId: "c-1",
      name: "Lovelace, Ada",
      locale: "en",
      timezone: "Europe/Berlin",
      attributes: { plan: "gold", visits: 7 },
    });
    expect(ada?.tags.sort()).toEqual(["early", "vip"]);
    expect(grace).toMatchObject({ name: "Grace", attributes: { plan: "silver" }, tags: [] });
    const devices = await db.subscription.findMany({ where: { workspaceId: ctx.workspaceId } });
    expect(devices).toMatchObject([{ channel: "whatsapp", subscriberId: ada?.id, siteId: null, status: "active" }]);
  });

  test("counts every row once: new, known, twice in the file, without consent, erased, wrong", async () => {
    await importAll(ctx, "external id,name\nknown,Before\n");
    await db.tombstone.create({
      data: { workspaceId: ctx.workspaceId, hash: new Uint8Array(externalIdHash(ctx.workspaceId, "gone")) },
    });
    const done = await importAll(
      ctx,
      "external id,name,consent\nnew,New,yes\nknown,After,YES\nnew,Again,1\nno,No,no\nblank,Blank,\ngone,Gone,yes\n,Nobody,yes\nodd,Odd,maybe\n",
    );
    expect(done).toMatchObject({ created: 1, updated: 1, duplicates: 1, unconsented: 2, erased: 1, failed: 2 });
    expect(sum(done)).toBe(done.rows);
    expect((await people()).map(({ externalId, name }) => [externalId, name])).toEqual([
      ["known", "After"],
      ["new", "New"],
    ]);
  });

  test("puts people into groups, made when they are not there yet", async () => {
    await importAll(ctx, 'external id,groups\nc-1,"Press, Staff"\n');
    await importAll(ctx, "external id,groups\nc-2,press\nc-1,Press\n");
    const groups = await query<{ name: string; members: number }>(
      `SELECT name, (SELECT count(*)::int FROM group_member m WHERE m.group_id = g.id) AS members FROM subscriber_group g
        WHERE workspace_id = $1 ORDER BY name`,
      [ctx.workspaceId],
    );
    expect(groups).toEqual([
      { name: "Press", members: 2 },
      { name: "Staff", members: 1 },
    ]);
  });

  test("keeps what a row does not say, and adds tags", async () => {
    await importAll(ctx, "external id,name,locale,tags\nc-1,Ada,en,a\n");
    await importAll(ctx, "external id,name,tags,city\nc-1,,b,Berlin\n");
    expect(await people()).toMatchObject([{ name: "Ada", locale: "en", attributes: { city: "Berlin" } }]);
    expect((await people())[0]?.tags.sort()).toEqual(["a", "b"]);
  });

  test("brings push subscriptions with their keys, one person with two devices", async () => {
    const site = await newSite(ctx);
    const rows = [0, 1].map(() => newBrowserSubscription(newEndpoint()).subscription);
    const lines = rows.map(
      ({ endpoint, keys }) => `c-1,${endpoint},${keys.p256dh},${keys.auth},${site.vapidPublicKey}`,
    );
    const text = `externalId,endpoint,p256dh,auth,vapidPublicKey\n${lines.join("\n")}\n`;
    const done = await importAll(ctx, text);
    expect(done).toMatchObject({ created: 1, updated: 1, failed: 0 });
    const devices = await db.subscription.findMany({ where: { workspaceId: ctx.workspaceId } });
    expect(devices).toHaveLength(2);
    expect(devices[0]).toMatchObject({ siteId: site.id, status: "active", browser: "Firefox" });
    const key = await db.vapidKey.findFirst({ where: { siteId: site.id } });
    expect(new Set(devices.map(({ vapidKeyId }) => vapidKeyId))).toEqual(new Set([key?.id]));
    const [day] = await query("SELECT subscribed FROM site_day WHERE site_id = $1", [site.id]);
    expect(day).toEqual({ subscribed: 2 });
    const consents = await db.consent.findMany({ where: { workspaceId: ctx.workspaceId } });
    expect(consents.map(({ source, kind }) => [source, kind])).toEqual([
      ["import", "granted"],
      ["import", "granted"],
    ]);
    const again = await importAll(ctx, text);
    expect(again).toMatchObject({ created: 0, updated: 2 });
    expect(await db.subscription.count({ where: { workspaceId: ctx.workspaceId } })).toBe(2);
  });

  test("refuses subscriptions of a key pair that the site does not have, of no push service, off the curve", async () => {
    const site = await newSite(ctx);
    const { endpoint, keys } = newBrowserSubscription(newEndpoint()).subscription;
    const other = newBrowserSubscription(newEndpoint()).subscription.keys.p256dh;
    const off = Buffer.alloc(65, 1);
    off[0] = 4;
    const done = await importAll(
      ctx,
      `endpoint,p256dh,auth,vapid public key\n${endpoint},${keys.p256dh},${keys.auth},${other}\nhttps://127.0.0.1/x,${keys.p256dh},${keys.auth},${site.vapidPublicKey}\n${newEndpoint()},${off.toString("base64url")},${keys.auth},\n${newEndpoint()},${keys.p256dh},,\n`,
    );
    expect(done).toMatchObject({ created: 0, failed: 4 });
    expect(await people()).toEqual([]);
  });

  test("brings nobody back who unsubscribed or opted out", async () => {
    const site = await newSite(ctx);
    const { subscription } = newBrowserSubscription(newEndpoint());
    const line = `c-1,${subscription.endpoint},${subscription.keys.p256dh},${subscription.keys.auth}`;
    await importAll(ctx, `externalId,endpoint,p256dh,auth\n${line}\n`);
    const [device] = await db.subscription.findMany({ where: { workspaceId: ctx.workspaceId } });
    await unsubscribe(await findPublicSite(site.id), device?.id ?? "");
    await updateSubscriber(ctx, device?.subscriberId ?? "", { isActive: false });
    await importAll(ctx, `externalId,endpoint,p256dh,auth\n${line}\n`);
    expect(await db.subscription.findMany({ where: { workspaceId: ctx.workspaceId } })).toMatchObject([
      { status: "unsubscribed", addressEncrypted: null },
    ]);
    expect((await people())[0]?.isActive).toBe(false);
  });

  test("gives a nameless browser its name when a row names its endpoint", async () => {
    const site = await newSite(ctx);
    const { subscriberId, subscriptionId } = await newSubscription(site.id);
    const { subscription } = newBrowserSubscription(newEndpoint());
    const hash = (await db.subscription.findFirstOrThrow({ where: { id: subscriptionId } })).addressHash;
    expect(hash).toHaveLength(32);
    await importAll(
      ctx,
      `endpoint,p256dh,auth\n${subscription.endpoint},${subscription.keys.p256dh},${subscription.keys.auth}\n`,
    );
    const before = await people();
    await importAll(
      ctx,
      `externalId,endpoint,p256dh,auth\nc-9,${subscription.endpoint},${subscription.keys.p256dh},${subscription.keys.auth}\n`,
    );
    const after = await people();
    expect(after).toHaveLength(before.length);
    expect(after.find(({ externalId }) => externalId === "c-9")?.id).not.toBe(subscriberId);
  });

  test("says of every wrong row why, in a file that can be mended and sent again", async () => {
    const done = await importAll(
      ctx,
      "external id,phone,time zone,city\nc-1,12,Mars/Phobos,=1+1\nc-2,+4930901820,,Rome\nc-3,,,Rome,extra\n",
    );
    expect(done).toMatchObject({ created: 1, failed: 2 });
    const report = await new Response(await streamImportErrors(ctx, done.id)).text();
    const lines = report.trim().split("\r\n");
    expect(lines[0]).toBe("row,problem,external id,phone,time zone,city");
    expect(lines[1]).toContain('2,"phone: Is no phone number.');
    expect(lines[1]).toContain("time zone: Must be an IANA time zone");
    expect(lines[1]).toMatch(/,'=1\+1$/);
    expect(lines[2]).toMatch(/^4,"?Has 5 cells, the header 4\./);
    expect(lines).toHaveLength(3);
  });

  test("tried out first changes nothing and counts the same", async () => {
    const text = "external id,name\nc-1,A\nc-2,B\nc-2,B\n,x\n";
    const { id } = await upload(ctx, text);
    await startImport(ctx, id, { dryRun: true });
    expect(await workOnImport(ctx.workspaceId, id, 60_000)).toBe("done");
    const tried = await getImport(ctx, id);
    expect(tried).toMatchObject({ status: "checked", created: 2, duplicates: 1, failed: 1 });
    expect(await people()).toEqual([]);
    await startImport(ctx, id, {});
    expect(await workOnImport(ctx.workspaceId, id, 60_000)).toBe("done");
    const done = await getImport(ctx, id);
    expect(done).toMatchObject({ status: "completed" });
    for (const outcome of outcomes) expect(done[outcome]).toBe(tried[outcome]);
  });

  test("shows its first rows by another mapping before it begins", async () => {
    const { id, mapping } = await upload(ctx, "Kundennummer;Name;Einwilligung\nc-1;Ada;ja\nc-2;Grace;nein\n");
    expect(mapping.columns).toEqual({
      Kundennummer: "attribute.kundennummer",
      Name: "name",
      Einwilligung: "attribute.einwilligung",
    });
    const other = { ...mapping, columns: { Kundennummer: "externalId", Einwilligung: "consent" } };
    const preview = await previewImport(ctx, id, other);
    expect(preview.rows.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, "person"],
      [3, "unconsented"],
    ]);
    await expect(startImport(ctx, id, {})).rejects.toMatchObject({ code: "validation_error" });
    expect((await startImport(ctx, id, { mapping: other })).status).toBe("running");
    await expect(startImport(ctx, id, {})).rejects.toMatchObject({ code: "conflict" });
  });

  test("cancelled forgets its file, and nobody can read it in the database before either", async () => {
    const { id } = await upload(ctx, "external id,name\nc-1,Canary-Name\n");
    const dump = JSON.stringify(
      await query("SELECT encode(data_encrypted, 'escape') AS data FROM import_chunk WHERE import_id = $1", [id]),
    );
    expect(dump).not.toContain("Canary");
    expect((await cancelImport(ctx, id)).status).toBe("cancelled");
    expect(await query("SELECT 1 FROM import_chunk WHERE import_id = $1", [id])).toEqual([]);
    expect(await workOnImport(ctx.workspaceId, id, 1_000)).toBe("done");
  });

  test("is invisible from another workspace, and two people's numbers stay apart", async () => {
    const { id } = await upload(ctx, "external id\nc-1\n");
    const { ctx: other } = await newAccount();
    await expect(getImport(other, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(getImport(ctx, newId())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a file that is none", () => {
  test.each([
    ["nothing", "", "empty"],
    ["a header alone", "external id,name\n", "no rows"],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "not a CSV"],
    ["a workbook", Buffer.from("PK\x03\x04rest", "latin1"), "Excel"],
    ["JSON", '[{"externalId": "c-1"}]', "not a CSV"],
    ["a page", "<!doctype html><html></html>", "not a CSV"],
    ["Latin-1", Buffer.from("external id,name\nc-1,Zoë\n", "latin1"), "UTF-8"],
    ["UTF-16 without its mark", Buffer.from("external id\nc-1\n", "utf16le"), "UTF-16"],
    ["a column without a name", "external id,,name\nc-1,x,y\n", "column 2 has no name"],
    ["a name twice", "name,external id,Name\nx,c-1,y\n", "Two columns"],
    ["no header", "ada@example.com,+4930901820\n", "header is missing"],
    ["a quote that is not closed", 'external id,name\nc-1,A\nc-2,"B\nc-3,C\n', "Row 3: a quote is opened"],
    ["a quote in the middle", 'external id,name\nc-1,A"B"\n', "Row 2: a quote"],
  ])("is refused in words: %s", async (_, content, words) => {
    const refused = await upload(ctx, content).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refused).toMatchObject({ code: "validation_error" });
    expect(refused?.message).toContain(words);
    expect(await query("SELECT 1 FROM import WHERE workspace_id = $1", [ctx.workspaceId])).toEqual([]);
  });

  test.each([
    ["UTF-16 LE", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("external id,name\nc-1,Zoë\n", "utf16le")])],
    [
      "UTF-16 BE",
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from("external id,name\nc-1,Zoë\n", "utf16le").swap16()]),
    ],
    ["UTF-8 with its mark", `\uFEFFexternal id\tname\r\nc-1\tZoë\r\n`],
    ["old Mac lines", "external id,name\rc-1,Zoë\r"],
  ])("is taken: %s", async (_, content) => {
    expect(await importAll(ctx, content)).toMatchObject({ created: 1, failed: 0 });
    expect(await people()).toMatchObject([{ externalId: "c-1", name: "Zoë" }]);
  });

  test("with one row too many is refused", async () => {
    const rows = Array.from({ length: 200_001 }, (_, index) => index).join("\n");
    await expect(upload(ctx, `external id\n${rows}\n`)).rejects.toMatchObject({ code: "body_too_large" });
    expect(await query("SELECT 1 FROM import_chunk WHERE workspace_id = $1", [ctx.workspaceId])).toEqual([]);
  }, 60_000);
});
