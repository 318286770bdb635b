import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createCampaign, getCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign, type NewCampaignInput } from "#lib/campaigns/schema.ts";
import { db, query } from "#lib/db.ts";
import { acceptEvent } from "#lib/drips/events.ts";
import { fireEvents } from "#lib/drips/fire.ts";
import { NewEvent } from "#lib/drips/schema.ts";
import { createFeed, getFeed } from "#lib/feeds/feeds.ts";
import { pollFeed } from "#lib/feeds/poll.ts";
import { NewFeed } from "#lib/feeds/schema.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import { advanceAndDeliver, step } from "#tests/support/drips.ts";
import { type FeedServer, rss, startFeedServer } from "#tests/support/feed-server.ts";
import type { PushService } from "#tests/support/push-service.ts";
import {
  deliverRun,
  newDevice,
  newShop,
  runOf,
  type Shop,
  type TestDevice,
  trustedPushService,
} from "#tests/support/shop.ts";
import { type SimulatedClock, simulateClock } from "#tests/support/simulated-clock.ts";

/**
 * 2027, whose clocks change on known days: Berlin's on 28 March and 31 October, New York's on 14 March and 7 November.
 * Recurring campaigns have their year in recurring.test.ts.
 */
const newYear = new Date("2027-01-01T00:00:00Z");
const newYearsEve = new Date("2027-12-31T00:00:00Z");
const dayMs = 86_400_000;

let clock: SimulatedClock;
let service: PushService;
let feeds: FeedServer;
let shop: Shop;

beforeAll(async () => {
  feeds = await startFeedServer();
  // Before the clock: its certificate must be valid by the machine's own.
  service = await trustedPushService();
  clock = await simulateClock(newYear);
});
beforeEach(async () => {
  await clock.goTo(newYear);
  service.reset();
  shop = await newShop();
});
afterEach(() => expect(service.posts.filter(({ accepted }) => !accepted)).toEqual([]));
afterAll(() => {
  clock.stop();
  feeds.close();
  return service.close();
});

const toTheMinute = (at: Date | number) => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** When a device was told what. */
function told(device: TestDevice): [at: string, title: string][] {
  return service.posts
    .filter((post) => post.token === device.token)
    .map((post) => [
      toTheMinute(post.at),
      JSON.parse(decryptPush(post.body ?? Buffer.alloc(0), device).toString()).title,
    ]);
}

async function switchedOn(input: Partial<NewCampaignInput>): Promise<string> {
  const base = { name: "All year", siteId: shop.site.id };
  const { id } = await createCampaign(shop.ctx, NewCampaign.parse({ ...base, ...input }));
  await scheduleCampaign(shop.ctx, id, {});
  return id;
}

/** The earliest instant at which there is something to do for a campaign. */
async function nextOf(campaignId: string): Promise<Date | undefined> {
  const [row] = await query<{ at: Date | null }>(
    `SELECT least((SELECT min(next_at) FROM message WHERE campaign_id = $1 AND status = 'queued'),
                  (SELECT min(next_at) FROM enrollment WHERE campaign_id = $1 AND status = 'active')) AS at`,
    [campaignId],
  );
  return row?.at ?? undefined;
}

/** The days before the last Sundays of all months: the changes of Berlin's clocks fall into the nights after two of them. */
const lastSaturdays = Array.from({ length: 12 }, (_, month) => {
  const last = new Date(Date.UTC(2027, month + 1, 0));
  return new Date(last.getTime() - last.getUTCDay() * dayMs - dayMs);
});
const isSummerInBerlin = (at: Date) => at >= new Date("2027-03-28T01:00Z") && at < new Date("2027-10-31T01:00Z");

test("one-time in local time, each month at half past two in the night: everybody once, on their own wall", async () => {
  const zones = { berlin: "Europe/Berlin", york: "America/New_York", delhi: "Asia/Kolkata" };
  const devices: Record<string, TestDevice> = {};
  for (const [name, timezone] of Object.entries(zones)) {
    const device = await newDevice(shop, service, name);
    await db.subscriber.update({ where: { id: device.subscriberId }, data: { timezone } });
    devices[name] = device;
  }
  const expected: Record<string, string[]> = { berlin: [], york: [], delhi: [] };
  for (const saturday of lastSaturdays) {
    const sunday = new Date(saturday.getTime() + dayMs).toISOString().slice(0, 10);
    const month = sunday.slice(0, 7);
    // In Berlin there is no 02:30 on the last Sunday of March, so it is 03:30; there are two on that of October.
    const berlinIsAhead = isSummerInBerlin(new Date(`${sunday}T00:30Z`)) || month === "2027-03";
    expected.berlin?.push(month === "2027-03" ? `${sunday}T01:30Z` : `${sunday}T0${berlinIsAhead ? 0 : 1}:30Z`);
    const yorkIsAhead = month > "2027-02" && month < "2027-11";
    expected.york?.push(`${sunday}T0${yorkIsAhead ? 6 : 7}:30Z`);
    expected.delhi?.push(`${saturday.toISOString().slice(0, 10)}T21:00Z`);

    await clock.goTo(new Date(saturday.getTime() - 3 * dayMs));
    const id = await createCampaign(
      shop.ctx,
      NewCampaign.parse({
        name: month,
        siteId: shop.site.id,
        steps: [{ content: { title: month, message: "News." } }],
      }),
    ).then((campaign) => campaign.id);
    await scheduleCampaign(shop.ctx, id, { localAt: `${sunday}T02:30` });
    const run = await runOf(shop, id);
    for (let next: Date | undefined = run.dueAt; next; next = await nextOf(id)) {
      await clock.goTo(next);
      await deliverRun(shop, run.id, 0);
    }
    expect((await getCampaign(shop.ctx, id)).status).toBe("completed");
  }
  for (const [name, device] of Object.entries(devices)) {
    expect(
      told(device).map(([at]) => at),
      name,
    ).toEqual(expected[name]);
    expect(new Set(told(device).map(([, title]) => title)).size).toBe(12);
  }
}, 60_000);

test("an alarm with a cooldown of a week, its event every other day: it fires every eighth day, at its instant", async () => {
  const device = await newDevice(shop, service, "watched");
  const id = await switchedOn({
    trigger: { type: "triggered", event: "disk_full", severity: "critical", cooldownMinutes: 7 * 24 * 60 },
    audience: { type: "event_subject" },
    steps: [step("Day {{event.day}}")],
  });
  const event = (day: number) =>
    NewEvent.parse({ name: "disk_full", subscriberId: device.subscriberId, properties: { day } });
  const expected: [string, string][] = [];
  for (let day = 0; day < 364; day += 2) {
    const at = new Date(newYear.getTime() + day * dayMs);
    if (day % 8 === 0) expected.push([toTheMinute(at), `Day ${day}`]);
    await clock.goTo(at);
    await acceptEvent(shop.ctx, event(day));
    await fireEvents();
    await advanceAndDeliver(shop, id);
  }
  expect(told(device)).toEqual(expected);
  expect(expected).toHaveLength(46);
  const outcomes = await query(
    "SELECT outcome, count(*)::int AS count FROM firing WHERE campaign_id = $1 GROUP BY 1 ORDER BY 1",
    [id],
  );
  expect(outcomes).toEqual([
    { outcome: "cooldown", count: 136 },
    { outcome: "fired", count: 46 },
  ]);
}, 60_000);

test("a welcome: who comes late in the evening, each month, is greeted when the quiet hours end, in summer and winter", async () => {
  const settings = { timezone: "Europe/Berlin", quietHours: { from: "22:00", to: "08:00" } };
  await updateSite(shop.ctx, shop.site.id, { settings });
  const id = await switchedOn({
    trigger: { type: "welcome" },
    steps: [step("Hello"), step("Tips", 24 * 60), step("Gift", 30 * 24 * 60)],
  });
  const arrivals = lastSaturdays.slice(0, 11).map((day) => new Date(day.getTime() + 22.5 * 3_600_000));
  const people: { device: TestDevice; at: Date }[] = [];
  const come = async (until: Date) => {
    for (let next = await nextOf(id); next && next <= until; next = await nextOf(id)) {
      await clock.goTo(next);
      await advanceAndDeliver(shop, id);
    }
  };
  for (const at of arrivals) {
    await come(at);
    await clock.goTo(at);
    people.push({ device: await newDevice(shop, service, `person-${people.length}`), at });
    await advanceAndDeliver(shop, id);
  }
  await come(newYearsEve);
  for (const { device, at } of people) {
    const expected = [0, 1, 30].map((days) => {
      // Half past eleven or later in Berlin: quiet until eight of the next morning.
      const morning = new Date(Math.floor(at.getTime() / dayMs + days + 1) * dayMs + 7 * 3_600_000);
      return toTheMinute(morning.getTime() - (isSummerInBerlin(morning) ? 3_600_000 : 0));
    });
    expect(told(device)).toEqual([
      [expected[0], "Hello"],
      [expected[1], "Tips"],
      [expected[2], "Gift"],
    ]);
  }
}, 60_000);

test("a feed asked once a day: each week's post goes out once, at the look that finds it, also after ten days without the blog", async () => {
  const device = await newDevice(shop, service, "reader");
  const atDay = (day: number) => new Date(newYear.getTime() + day * dayMs);
  /** A post a week, at noon; from its second week on each has another text, which is no news. */
  const publishedAt = (week: number) => atDay(week * 7 + 3.5);
  const titleAt = (week: number, now: Date) =>
    now.getTime() - publishedAt(week).getTime() < 7 * dayMs ? `Week ${week}` : `Week ${week}, mended`;
  const published = (now: Date) =>
    Array.from({ length: 52 }, (_, week) => week)
      .filter((week) => publishedAt(week) <= now)
      .map((week) => ({ guid: `post-${week}`, title: titleAt(week, now) }))
      .slice(-10)
      .reverse();
  const isDown = (now: Date) => now >= atDay(200) && now < atDay(210);
  feeds.answer("/year", (_, response) => {
    if (isDown(clock.now())) response.writeHead(503).end();
    else response.end(rss([...published(clock.now()), { guid: "about", title: "About us" }]));
  });
  const { id } = await createFeed(
    shop.ctx,
    shop.site.id,
    NewFeed.parse({ url: `${feeds.url}/year`, pollMinutes: 24 * 60 }),
  );
  const campaign = await switchedOn({
    trigger: { type: "rss", feedId: id },
    steps: [{ content: { title: "{{item.title}}", message: "New on the blog." } }],
  });
  const expected: [string, string][] = [];
  const failures: string[] = [];
  let seen = 0;
  for (;;) {
    const { nextFetchAt } = await getFeed(shop.ctx, id);
    if (nextFetchAt > newYearsEve) break;
    await clock.goTo(nextFetchAt);
    const outcome = await pollFeed(shop.ctx.workspaceId, id);
    if (outcome === "failed") failures.push(toTheMinute(clock.now()));
    else
      for (; seen < 52 && publishedAt(seen) <= nextFetchAt; seen++)
        expected.push([toTheMinute(nextFetchAt), titleAt(seen, nextFetchAt)]);
    const due = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1 AND status = 'due'", [campaign]);
    for (const run of due) await deliverRun(shop, run.id, 0);
  }
  expect(failures).toHaveLength(10);
  expect(expected).toHaveLength(52);
  expect(told(device)).toEqual(expected);
}, 60_000);
