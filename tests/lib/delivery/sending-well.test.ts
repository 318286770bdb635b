import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign, sendCampaign } from "#lib/campaigns/moves.ts";
import { holdoutVariant, restVariant } from "#lib/campaigns/variants-schema.ts";
import { db, query } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { enterTouches } from "#lib/delivery/frequency.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { sweep } from "#lib/delivery/sweep.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { comeDue, queueDrift } from "#tests/support/queue.ts";
import {
  deliverAll,
  newDevice,
  newDevices,
  newDraft,
  newShop,
  runOf,
  type Shop,
  type TestDevice,
  trustedPushService,
} from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

const text = (title: string) => ({ title, message: "There is news.", url: "https://shop.example/news" });
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Begins the run and writes its ledger, and sends nothing. */
async function writeAll(shop: Shop, campaignId: string) {
  const run = await runOf(shop, campaignId);
  await db.run.update({ where: { id: run.id }, data: { dueAt: new Date() } });
  await startRun(shop.ctx.workspaceId, run.id);
  expect(await writeLedger(shop.ctx.workspaceId, run.id, 60_000)).toBe("complete");
  return db.run.findUniqueOrThrow({ where: { id: run.id } });
}

const messagesOf = (shop: Shop, campaignId: string) =>
  db.message.findMany({ where: { workspaceId: shop.ctx.workspaceId, campaignId }, orderBy: { id: "asc" } });

async function setPerson(device: TestDevice, data: { timezone?: string; locale?: string; quietHours?: object }) {
  await db.subscriber.update({ where: { id: device.subscriberId }, data });
}

/** The counters must equal the ledger, by variant and state. */
async function expectExact(shop: Shop, campaignId: string): Promise<void> {
  const ledger = await query(
    "SELECT variant, status::text, count(*)::int AS count FROM message WHERE workspace_id = $1 AND campaign_id = $2 AND NOT is_test GROUP BY 1, 2 ORDER BY 1, 2",
    [shop.ctx.workspaceId, campaignId],
  );
  const counters = await query(
    `SELECT variant, status, count FROM (
       SELECT variant, unnest(ARRAY['queued', 'sending', 'sent', 'failed', 'expired', 'skipped', 'cancelled', 'unknown']) AS status,
              unnest(ARRAY[sum(queued), sum(sending), sum(sent), sum(failed), sum(expired), sum(skipped), sum(cancelled), sum(unknown)])::int AS count
         FROM counter WHERE workspace_id = $1 AND campaign_id = $2 GROUP BY variant) AS each WHERE count <> 0 ORDER BY 1, 2`,
    [shop.ctx.workspaceId, campaignId],
  );
  expect(counters).toEqual(ledger);
  expect(await queueDrift(shop.ctx.workspaceId)).toEqual([]);
}

const titleOf = (device: TestDevice): string | undefined => {
  const post = service.posts.find(({ token }) => token === device.token);
  return post && JSON.parse(decryptPush(post.body ?? Buffer.alloc(0), device).toString()).title;
};

describe("a local time", () => {
  test("comes in each subscriber's own zone, the site's where theirs is unknown, also in a DST gap", async () => {
    const shop = await newShop();
    await updateSite(shop.ctx, shop.site.id, { settings: { timezone: "America/Sao_Paulo" } });
    const zones = ["Pacific/Kiritimati", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "Mars/Phobos", null];
    const devices = await newDevices(shop, service, zones.length, "local");
    for (const [index, device] of devices.entries()) {
      const zone = zones[index];
      await db.subscriber.update({ where: { id: device.subscriberId }, data: { timezone: zone ?? null } });
    }
    // The next gap of Berlin: 02:30 does not exist there and is read as 03:30.
    const year = new Date().getUTCMonth() < 2 ? new Date().getUTCFullYear() : new Date().getUTCFullYear() + 1;
    const lastOfMarch = new Date(Date.UTC(year, 2, 31));
    const gap = new Date(lastOfMarch.getTime() - lastOfMarch.getUTCDay() * 24 * hourMs).toISOString().slice(0, 10);
    const wall = `${gap}T02:30`;
    const campaign = await newDraft(shop);
    const scheduled = await scheduleCampaign(shop.ctx, campaign.id, { localAt: wall });
    expect(scheduled).toMatchObject({ status: "scheduled", trigger: { type: "one_time", localAt: wall } });
    expect(scheduled.nextRunAt).toEqual(new Date(Date.parse(`${wall}Z`) - 14 * hourMs));

    await writeAll(shop, campaign.id);
    const messages = await messagesOf(shop, campaign.id);
    const at = (device: TestDevice) =>
      messages.find(({ subscriptionId }) => subscriptionId === device.subscriptionId)?.nextAt;
    for (const [index, device] of devices.entries()) {
      const zone = zones[index] === "Mars/Phobos" ? null : zones[index];
      expect(at(device), String(zone)).toEqual(instantOfWallTime(wall, zone ?? "America/Sao_Paulo"));
    }
    expect(wallTimeOf(at(devices[2] as TestDevice) ?? new Date(), "Europe/Berlin")).toBe(`${gap}T03:30`);
    await deliverAll(shop, campaign.id, 100);
    expect(service.posts).toHaveLength(0);
    await expectExact(shop, campaign.id);
  });

  test("goes out at once where it has passed already, and later elsewhere; waiting does not use up the time to live", async () => {
    const shop = await newShop();
    const [early, late] = await newDevices(shop, service, 2, "passed");
    if (!early || !late) throw new Error("no devices");
    await setPerson(early, { timezone: "Pacific/Kiritimati" });
    await setPerson(late, { timezone: "America/Los_Angeles" });
    const wall = wallTimeOf(new Date(Date.now() - hourMs), "Pacific/Kiritimati");
    const campaign = await newDraft(shop, { options: { ttlSeconds: 60 } });
    await scheduleCampaign(shop.ctx, campaign.id, { localAt: wall });
    await writeAll(shop, campaign.id);
    await deliverAll(shop, campaign.id, 100);
    expect(service.posts.map(({ token }) => token)).toEqual(["passed-0"]);
    const waiting = (await messagesOf(shop, campaign.id)).find(({ status }) => status === "queued");
    expect(waiting?.nextAt).toEqual(instantOfWallTime(wall, "America/Los_Angeles"));
    // Its turn comes, long after the row was written.
    await comeDue("m.id = $1", waiting?.id, ", created_at = created_at - interval '1 day', due_at = now()");
    await deliverAll(shop, campaign.id, 100);
    expect(service.posts.map(({ token }) => token)).toEqual(["passed-0", "passed-1"]);
  });

  test("is refused when it has passed everywhere, or stands beside an instant", async () => {
    const shop = await newShop();
    const { id } = await newDraft(shop);
    const past = new Date(Date.now() - 13 * hourMs).toISOString().slice(0, 16);
    await expect(scheduleCampaign(shop.ctx, id, { localAt: past })).rejects.toMatchObject({
      code: "validation_error",
      fields: { localAt: [expect.any(String)] },
    });
  });
});

describe("quiet hours", () => {
  /** Quiet for the next hours in UTC, and when they end. */
  function quietNow(hours = 3) {
    const wall = (at: number) => new Date(at).toISOString().slice(11, 16);
    const end = new Date(Math.floor((Date.now() + hours * hourMs) / minuteMs) * minuteMs);
    return { hours: { from: wall(Date.now() - hourMs), to: wall(end.getTime()) }, end };
  }

  test("of the site shift a send to their end and drop nobody; the campaign's own replace them", async () => {
    const shop = await newShop();
    const [device] = await newDevices(shop, service, 2, "quiet");
    if (!device) throw new Error("no device");
    const { hours, end } = quietNow();
    await updateSite(shop.ctx, shop.site.id, { settings: { quietHours: hours, timezone: "UTC" } });
    // It is no quiet hour where this person is: noon.
    const noonZone = `Etc/GMT${new Date().getUTCHours() - 12 >= 0 ? "+" : "-"}${Math.abs(new Date().getUTCHours() - 12)}`;
    await setPerson(device, { timezone: noonZone });
    const campaign = await newDraft(shop);
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id, 100);
    const [awake, asleep] = await messagesOf(shop, campaign.id);
    const isNoonQuiet = awake?.status !== "sent";
    if (!isNoonQuiet) expect(service.posts.map(({ token }) => token)).toEqual(["quiet-0"]);
    expect(asleep).toMatchObject({ status: "queued", nextAt: end, dueAt: end });
    await expectExact(shop, campaign.id);

    service.reset();
    const urgent = await newDraft(shop, { options: { quietHours: null } });
    await sendCampaign(shop.ctx, urgent.id);
    await deliverAll(shop, urgent.id, 100);
    expect(service.posts).toHaveLength(2);
  });

  test("of a subscriber are kept by every campaign, and those that begin after the ledger was written are seen at delivery", async () => {
    const shop = await newShop();
    const [device, other] = await newDevices(shop, service, 2, "own");
    if (!device || !other) throw new Error("no devices");
    const { hours, end } = quietNow();
    await setPerson(device, { quietHours: hours, timezone: "UTC" });
    const campaign = await newDraft(shop, { options: { quietHours: null } });
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id, 100);
    expect(service.posts.map(({ token }) => token)).toEqual(["own-1"]);
    const [waiting] = await messagesOf(shop, campaign.id);
    expect(waiting).toMatchObject({ status: "queued", reason: "quiet_hours", nextAt: end, dueAt: end, attempts: 0 });
    await expectExact(shop, campaign.id);

    await comeDue("m.id = $1", waiting?.id);
    await db.subscriber.updateMany({
      where: { id: device.subscriberId },
      data: { quietHours: { from: hours.to, to: hours.from } },
    });
    await deliverAll(shop, campaign.id, 100);
    expect(service.posts.map(({ token }) => token)).toEqual(["own-1", "own-0"]);
  });
});

describe("a frequency cap", () => {
  const cap = { count: 2, hours: 24 };

  test("lets each person have so many, whatever their devices; the rest is skipped with the reason", async () => {
    const shop = await newShop();
    const [phone, laptop, other] = await newDevices(shop, service, 3, "cap");
    if (!phone || !laptop || !other) throw new Error("no devices");
    await db.subscription.update({ where: { id: laptop.subscriptionId }, data: { subscriberId: phone.subscriberId } });
    await updateSite(shop.ctx, shop.site.id, { settings: { frequencyCap: cap } });
    const sent: number[] = [];
    for (let round = 0; round < 3; round++) {
      service.reset();
      const campaign = await newDraft(shop);
      await sendCampaign(shop.ctx, campaign.id);
      await deliverAll(shop, campaign.id);
      sent.push(service.posts.length);
      await expectExact(shop, campaign.id);
      if (round === 2)
        expect((await messagesOf(shop, campaign.id)).map(({ status, reason }) => `${status}: ${reason}`)).toEqual(
          Array.from({ length: 3 }, () => "skipped: frequency_cap"),
        );
    }
    expect(sent).toEqual([3, 3, 0]);
  });

  test("holds when six campaigns reach the same people at once from many workers", async () => {
    const shop = await newShop();
    await newDevices(shop, service, 10, "rush");
    await updateSite(shop.ctx, shop.site.id, { settings: { frequencyCap: cap } });
    const campaigns = await Promise.all(Array.from({ length: 6 }, () => newDraft(shop)));
    for (const { id } of campaigns) {
      await sendCampaign(shop.ctx, id);
      await writeAll(shop, id);
    }
    await Promise.all(campaigns.map(({ id }) => deliverAll(shop, id)));
    const perPerson = new Map<string, number>();
    for (const { token } of service.posts) perPerson.set(token, (perPerson.get(token) ?? 0) + 1);
    expect([...perPerson.values()]).toEqual(Array.from({ length: 10 }, () => 2));
    for (const { id } of campaigns) await expectExact(shop, id);
  }, 60_000);

  test("never lets more through than it says, whoever asks in parallel, and allows what it allowed again", async () => {
    const shop = await newShop();
    const device = await newDevice(shop, service, "parallel");
    const ask = (runId: string) =>
      enterTouches(cap, [
        {
          workspace_id: shop.ctx.workspaceId,
          site_id: shop.site.id,
          run_id: runId,
          step_index: 0,
          enrollment_id: null,
          subscriber_id: device.subscriberId,
        },
      ]);
    const runs = Array.from({ length: 50 }, (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`);
    const answers = await Promise.all(runs.map(async (run) => ({ run, refused: (await ask(run)).size > 0 })));
    const allowed = answers.filter(({ refused }) => !refused);
    expect(allowed).toHaveLength(2);
    for (const { run } of allowed) expect((await ask(run)).size).toBe(0);
    // A day later there is room again.
    await query(
      "UPDATE subscriber_touch SET ats = ARRAY(SELECT at - interval '25 hours' FROM unnest(ats) AS at) WHERE site_id = $1",
      [shop.site.id],
    );
    expect((await ask(runs[9] ?? "")).size).toBe(0);
  });

  test("counts each walk of a person through a drip, also two in one go", async () => {
    const shop = await newShop();
    const device = await newDevice(shop, service, "twice");
    const walk = (enrollmentId: string) => ({
      workspace_id: shop.ctx.workspaceId,
      site_id: shop.site.id,
      run_id: device.subscriptionId,
      step_index: 0,
      enrollment_id: enrollmentId,
      subscriber_id: device.subscriberId,
    });
    const walks = [shop.site.id, device.subscriptionId, shop.ctx.workspaceId].map(walk);
    expect((await enterTouches(cap, walks)).size).toBe(1);
    expect((await enterTouches(cap, walks)).size).toBe(1);
  });

  test("does not count what was not sent after all", async () => {
    const shop = await newShop();
    await newDevice(shop, service, "failing");
    await updateSite(shop.ctx, shop.site.id, { settings: { frequencyCap: { count: 1, hours: 24 } } });
    service.script({ token: "failing", answer: { status: 413 }, times: 1 });
    for (const expected of ["failed", "sent", "skipped"]) {
      const campaign = await newDraft(shop);
      await sendCampaign(shop.ctx, campaign.id);
      await deliverAll(shop, campaign.id);
      expect((await messagesOf(shop, campaign.id))[0]?.status).toBe(expected);
    }
  });
});

describe("variants", () => {
  const steps = (weights: number[]) => [
    {
      content: text("A"),
      variants: weights.map((weight, index) => ({
        name: `Variant ${index}`,
        weight,
        content: text(`Text ${index}`),
        ...(index === 0 && { translations: { de: text("Text 0 auf Deutsch") } }),
      })),
    },
  ];

  test("are drawn by weight from run and person alone, the same however often the ledger is written", async () => {
    const shop = await newShop();
    await newDevices(shop, service, 60, "drawn");
    const campaign = await newDraft(shop, { steps: steps([20, 30, 50]) });
    await sendCampaign(shop.ctx, campaign.id);
    const run = await writeAll(shop, campaign.id);
    const drawn = (subscriberId: string) =>
      Number.parseInt(createHash("md5").update(`${run.id}:${subscriberId}`).digest("hex").slice(8, 16), 16) / 2 ** 32;
    const messages = await messagesOf(shop, campaign.id);
    expect(messages).toHaveLength(60);
    for (const message of messages) {
      const at = drawn(message.subscriberId);
      expect(message.variant).toBe(at < 0.2 ? 0 : at < 0.5 ? 1 : 2);
    }
    expect(new Set(messages.map(({ variant }) => variant)).size).toBe(3);
    await deliverAll(shop, campaign.id);
    await expectExact(shop, campaign.id);
  });

  test("and translations reach who they are for: by language, shortened tags, and the content beside them for all others", async () => {
    const shop = await newShop();
    const locales = ["de", "de-AT", "pt", "fr", "en-GB"];
    const devices = await newDevices(shop, service, locales.length, "speak");
    for (const [index, device] of devices.entries()) await setPerson(device, { locale: locales[index] ?? "" });
    const campaign = await newDraft(shop, {
      steps: [
        { content: text("Hello"), translations: { de: text("Hallo"), "pt-BR": text("Olá"), "en-GB": text("Hullo") } },
      ],
    });
    await sendCampaign(shop.ctx, campaign.id);
    await deliverAll(shop, campaign.id);
    expect(devices.map(titleOf)).toEqual(["Hallo", "Hallo", "Olá", "Hello", "Hullo"]);
  });

  const experiment = { testShare: 0.5, waitMinutes: 60, holdoutShare: 0.2 };

  async function newTest(shop: Shop) {
    const devices = await newDevices(shop, service, 40, "tested");
    const campaign = await newDraft(shop, { steps: steps([50, 50]), options: { experiment } });
    await sendCampaign(shop.ctx, campaign.id);
    const run = await writeAll(shop, campaign.id);
    return { devices, campaign, run };
  }

  /** As if the wait were over. */
  async function timePasses(runId: string) {
    await query(
      "UPDATE run SET decide_at = now(), delivering_at = now() - interval '1 minute', nudged_at = now() - interval '1 minute' WHERE id = $1",
      [runId],
    );
    await comeDue("m.run_id = $1 AND m.status = 'queued'", runId);
  }

  test("of a test share: the rest waits, gets the one with more clicks, and the hold-out gets nothing; one run throughout", async () => {
    const shop = await newShop();
    const { devices, campaign, run } = await newTest(shop);
    expect(run.decideAt?.getTime()).toBe((run.startedAt?.getTime() ?? 0) + 60 * minuteMs);
    await deliverAll(shop, campaign.id, 100);
    const first = await messagesOf(shop, campaign.id);
    const held = first.filter(({ reason }) => reason === "holdout");
    const rest = first.filter(({ variant }) => variant === restVariant);
    const asked = first.filter(({ status }) => status === "sent");
    expect(held.every(({ status }) => status === "skipped")).toBe(true);
    expect(
      rest.every(({ status, nextAt }) => status === "queued" && nextAt.getTime() === run.decideAt?.getTime()),
    ).toBe(true);
    expect(held.length + rest.length + asked.length).toBe(40);
    expect(Math.min(held.length, rest.length, asked.length)).toBeGreaterThan(0);
    expect(service.posts).toHaveLength(asked.length);

    // Only variant 1 is clicked.
    for (const message of asked.filter(({ variant }) => variant === 1)) {
      const device = devices.find(({ subscriptionId }) => subscriptionId === message.subscriptionId);
      const post = service.posts.find(({ token }) => token === device?.token);
      if (!device || !post) throw new Error("not sent");
      const { t } = JSON.parse(decryptPush(post.body, device).toString());
      await recordSdkEvents(shop.site, [{ type: "clicked", t }], undefined);
    }
    await timePasses(run.id);
    await deliverAll(shop, campaign.id);
    expect(await runOf(shop, campaign.id)).toMatchObject({ winnerVariant: 1, winnerBy: "clicks", status: "completed" });
    for (const message of rest) {
      const device = devices.find(({ subscriptionId }) => subscriptionId === message.subscriptionId);
      expect(device && titleOf(device)).toBe("Text 1");
    }
    expect(service.posts).toHaveLength(40 - held.length);
    expect(await db.run.count({ where: { workspaceId: shop.ctx.workspaceId, campaignId: campaign.id } })).toBe(1);
    expect((await getCampaign(shop.ctx, campaign.id)).status).toBe("completed");
    const [step] = (await getPerformance(shop.ctx, campaign.id)).steps;
    expect(step?.variants.map(({ variant, recipients }) => [variant, recipients])).toEqual([
      [holdoutVariant, held.length],
      [restVariant, rest.length],
      ...[0, 1].map((variant) => [variant, asked.filter((message) => message.variant === variant).length]),
    ]);
    await expectExact(shop, campaign.id);
  }, 30_000);

  test("go on after a crash between test share and winner: the sweep tells of the run, one winner stands, nobody gets it twice", async () => {
    const shop = await newShop();
    const { campaign, run } = await newTest(shop);
    await deliverAll(shop, campaign.id, 100);
    const before = service.posts.length;
    await timePasses(run.id);
    // Nothing sleeps for it any more, as after a crash that lost the queue too.
    expect(await sweep()).toBeGreaterThanOrEqual(1);
    expect((await runOf(shop, campaign.id)).nudges).toBeGreaterThan(run.nudges);
    await Promise.all([1, 2, 3].map(() => deliverSlice(shop.ctx.workspaceId, run.id, 10_000)));
    await deliverAll(shop, campaign.id);
    const tokens = service.posts.map(({ token }) => token);
    expect(tokens.length).toBeGreaterThan(before);
    expect(new Set(tokens).size).toBe(tokens.length);
    const messages = await messagesOf(shop, campaign.id);
    expect(messages.filter(({ status }) => status === "queued" || status === "sending")).toEqual([]);
    expect(await runOf(shop, campaign.id)).toMatchObject({ winnerVariant: 0, status: "completed" });
    await expectExact(shop, campaign.id);
  }, 30_000);
});
