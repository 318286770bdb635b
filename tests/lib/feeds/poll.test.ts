import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { cancelCampaign, scheduleCampaign } from "#lib/campaigns/moves.ts";
import { listRuns } from "#lib/campaigns/runs.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import { db, query } from "#lib/db.ts";
import { createFeed, deleteFeed, getFeed, listFeedItems, updateFeed } from "#lib/feeds/feeds.ts";
import { pollFeed, tellDueFeeds } from "#lib/feeds/poll.ts";
import { type Feed, NewFeed } from "#lib/feeds/schema.ts";
import { PageQuery } from "#lib/schema.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import { type FeedServer, rss, startFeedServer, type TestItem } from "#tests/support/feed-server.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { deliverRun, newDevice, newShop, type Shop, type TestDevice, trustedPushService } from "#tests/support/shop.ts";

let server: FeedServer;
let service: PushService;
let shop: Shop;
let device: TestDevice;
let path: string;
let count = 0;

beforeAll(async () => {
  server = await startFeedServer();
  service = await trustedPushService();
});
afterAll(() => {
  server.close();
  return service.close();
});
beforeEach(async () => {
  shop = await newShop();
  count += 1;
  path = `/feed-${count}`;
  device = await newDevice(shop, service, `reader-${count}`);
});

function show(items: TestItem[]): void {
  server.answer(path, (_, response) => response.end(rss(items)));
}

async function added(more: object = {}): Promise<Feed> {
  return createFeed(shop.ctx, shop.site.id, NewFeed.parse({ url: `${server.url}${path}`, ...more }));
}

/** Its time has come. */
async function polled(feed: Feed): Promise<string> {
  await db.feed.update({ where: { id: feed.id }, data: { nextFetchAt: new Date(Date.now() - 1000) } });
  return pollFeed(shop.ctx.workspaceId, feed.id);
}

async function campaignOf(feed: Feed, content: object = {}): Promise<string> {
  const { id } = await createCampaign(
    shop.ctx,
    NewCampaign.parse({
      name: "News of the blog",
      siteId: shop.site.id,
      trigger: { type: "rss", feedId: feed.id },
      steps: [{ content: { title: "{{item.title}}", message: "{{item.description|Read it now}}", ...content } }],
    }),
  );
  await scheduleCampaign(shop.ctx, id, {});
  return id;
}

async function runsOf(campaignId: string): Promise<{ id: string; title: string }[]> {
  return query<{ id: string; title: string }>(
    "SELECT id, variables ->> 'item.title' AS title FROM run WHERE workspace_id = $1 AND campaign_id = $2 ORDER BY due_at",
    [shop.ctx.workspaceId, campaignId],
  );
}
const titlesOf = async (campaignId: string) => (await runsOf(campaignId)).map(({ title }) => title);

describe("a new item is sent once, and nothing else is (G22)", () => {
  test("the first fetch sends none, however many items there are", async () => {
    show(Array.from({ length: 10_000 }, (_, index) => ({ guid: `${index}`, title: `Item ${index}` })));
    const feed = await added();
    const campaign = await campaignOf(feed);
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual([]);
    expect((await listFeedItems(shop.ctx, feed.id, { page: 1, pageSize: 1 })).total).toBe(200);
  });

  test("what comes later makes one run each, in order; the same guid with a new text makes none", async () => {
    show([{ guid: "1", title: "Old" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    show([
      { guid: "3", title: "Third" },
      { guid: "2", title: "Second" },
      { guid: "1", title: "Old, mended" },
    ]);
    await polled(feed);
    await polled(feed);
    show([
      { guid: "3", title: "Third, mended" },
      { guid: "2", title: "Second, mended" },
    ]);
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual(["Second", "Third"]);
  });

  test("the runs of a campaign name the items that they tell of", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    show([{ guid: "2", title: "Oolong" }, { guid: "1" }]);
    await polled(feed);
    const { data } = await listRuns(shop.ctx, campaign, PageQuery.parse({}));
    expect(data.map(({ variables }) => variables["item.title"])).toEqual(["Oolong"]);
  });

  test("two pollers at once do not double", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    show([{ guid: "2", title: "New" }, { guid: "1" }]);
    await db.feed.update({ where: { id: feed.id }, data: { nextFetchAt: new Date(Date.now() - 1000) } });
    await Promise.all(Array.from({ length: 5 }, () => pollFeed(shop.ctx.workspaceId, feed.id)));
    expect(await titlesOf(campaign)).toEqual(["New"]);
  });

  test("the browser gets the item's words, link and picture", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    const picture = `<media:content url="https://shop.example/tea.jpg" medium="image"/>`;
    show([{ guid: "2", title: "Green tea", link: "https://shop.example/tea", more: picture }, { guid: "1" }]);
    await polled(feed);
    const [run] = await runsOf(campaign);
    await deliverRun(shop, run?.id ?? "");
    const post = service.posts.find(({ token }) => token === device.token);
    expect(JSON.parse(decryptPush(post?.body ?? Buffer.alloc(0), device).toString())).toMatchObject({
      title: "Green tea",
      body: "Read it now",
      url: "https://shop.example/tea?utm_source=pushpilot&utm_medium=web_push",
      image: "https://shop.example/tea.jpg",
    });
  });

  test("a campaign sends what came since it was switched on, and nothing once it is cancelled", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    show([{ guid: "2", title: "Before" }, { guid: "1" }]);
    await polled(feed);
    const campaign = await campaignOf(feed);
    show([{ guid: "3", title: "Since" }, { guid: "2" }]);
    await polled(feed);
    await cancelCampaign(shop.ctx, campaign);
    show([{ guid: "4", title: "After" }, { guid: "3" }]);
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual(["Since"]);
  });

  test("no more than the hourly limit; the rest goes out when the hour allows it", async () => {
    show([{ guid: "0" }]);
    const feed = await added({ maxItemsPerHour: 2 });
    const campaign = await campaignOf(feed);
    show(["4", "3", "2", "1", "0"].map((guid) => ({ guid, title: `Item ${guid}` })));
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual(["Item 1", "Item 2"]);
    await polled(feed);
    expect(await titlesOf(campaign)).toHaveLength(2);
    await query("UPDATE run SET created_at = created_at - interval '61 minutes' WHERE campaign_id = $1", [campaign]);
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual(["Item 1", "Item 2", "Item 3", "Item 4"]);
  });

  test("what came while the feed was switched off is old", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    await updateFeed(shop.ctx, feed.id, { isActive: false });
    show([{ guid: "2", title: "Meanwhile" }, { guid: "1" }]);
    expect(await polled(feed)).toBe("not due");
    await updateFeed(shop.ctx, feed.id, { isActive: true });
    await polled(feed);
    show([{ guid: "3", title: "Since" }, { guid: "2" }]);
    await polled(feed);
    expect(await titlesOf(campaign)).toEqual(["Since"]);
  });
});

describe("a feed is asked politely", () => {
  test("conditional requests; unchanged costs nothing", async () => {
    server.answer(path, (request, response) => {
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else
        response
          .writeHead(200, { etag: '"v1"', "last-modified": "Tue, 24 Nov 2026 10:00:00 GMT" })
          .end(rss([{ guid: "1" }]));
    });
    const feed = await added();
    expect(await polled(feed)).toBe("fetched");
    const asked = server.requests.filter((request) => request.path === path);
    expect(asked.at(-1)?.headers).toMatchObject({
      "if-none-match": '"v1"',
      "if-modified-since": "Tue, 24 Nov 2026 10:00:00 GMT",
    });
  });

  test("a failing one is kept, shown and asked less and less often; then it works again and nothing is lost", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const campaign = await campaignOf(feed);
    server.answer(path, (_, response) => response.writeHead(500).end());
    const waits: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      expect(await polled(feed)).toBe("failed");
      const { nextFetchAt } = await getFeed(shop.ctx, feed.id);
      waits.push(Math.round((nextFetchAt.getTime() - Date.now()) / 60_000));
    }
    expect(waits).toEqual([30, 60, 120]);
    expect(await getFeed(shop.ctx, feed.id)).toMatchObject({ failures: 3, lastError: expect.stringContaining("500") });
    show([{ guid: "2", title: "New" }, { guid: "1" }]);
    expect(await polled(feed)).toBe("fetched");
    expect(await getFeed(shop.ctx, feed.id)).toMatchObject({ failures: 0, lastError: null });
    expect(await titlesOf(campaign)).toEqual(["New"]);
  });

  // There is no queue here: a telling tries for seconds.
  test("due feeds are told to the queue once, others not", { timeout: 60_000 }, async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    const nudgesOf = async () => (await db.feed.findUniqueOrThrow({ where: { id: feed.id } })).nudges;
    await tellDueFeeds().catch(() => undefined);
    expect(await nudgesOf()).toBe(0);
    await db.feed.update({ where: { id: feed.id }, data: { nextFetchAt: new Date(Date.now() - 1000) } });
    await tellDueFeeds().catch(() => undefined);
    await tellDueFeeds().catch(() => undefined);
    expect(await nudgesOf()).toBe(1);
  });
});

describe("adding a feed", () => {
  test("a page leads to the feed that it names", async () => {
    show([{ guid: "1" }]);
    server.answer(`${path}/blog`, (_, response) =>
      response.end(`<!doctype html><link rel="alternate" type="application/rss+xml" href="${path}">`),
    );
    const feed = await createFeed(shop.ctx, shop.site.id, NewFeed.parse({ url: `${server.url}${path}/blog` }));
    expect(feed).toMatchObject({ url: `${server.url}${path}`, name: "Shop news" });
  });

  const refused: [string, (path: string) => void, RegExp][] = [
    ["a page that names none", (at) => server.answer(at, (_, r) => r.end("<html></html>")), /names no feed/],
    ["nothing there", () => {}, /404/],
    ["not public", (at) => server.answer(at, (_, r) => r.writeHead(401).end()), /not public/],
    ["6 MB", (at) => server.answer(at, (_, r) => r.end(Buffer.alloc(6 * 1024 * 1024, "a"))), /larger/],
    [
      "a redirect to loopback that is not allowed",
      (at) => server.answer(at, (_, r) => r.writeHead(302, { location: "http://127.0.0.1:9/feed" }).end()),
      /public/,
    ],
    [
      "four redirects",
      (at) => {
        for (let hop = 0; hop < 4; hop += 1)
          server.answer(hop === 0 ? at : `${at}/${hop}`, (_, r) =>
            r.writeHead(302, { location: `${at}/${hop + 1}` }).end(),
          );
      },
      /redirects/,
    ],
  ];
  test.each(refused)("is refused for its address, in words: %s", async (_, prepare, words) => {
    prepare(path);
    await expect(added()).rejects.toMatchObject({
      code: "validation_error",
      fields: { url: [expect.stringMatching(words)] },
    });
    expect(await db.feed.count({ where: { workspaceId: shop.ctx.workspaceId } })).toBe(0);
  });

  test("internal addresses and other schemes are never asked", async () => {
    for (const url of ["http://169.254.169.254/feed", "http://[::1]/feed", "http://0x7f.1/feed"])
      await expect(createFeed(shop.ctx, shop.site.id, NewFeed.parse({ url }))).rejects.toMatchObject({
        code: "validation_error",
      });
    for (const url of ["file:///etc/passwd", "gopher://shop.example/", "javascript:alert(1)"])
      expect(NewFeed.safeParse({ url }).success).toBe(false);
  });

  test("twice for one site is told at the address", async () => {
    show([]);
    await added();
    await expect(added()).rejects.toMatchObject({ code: "conflict", fields: { url: [expect.any(String)] } });
  });

  test("twice for one site is a conflict; deleting one that a campaign sends too", async () => {
    show([{ guid: "1" }]);
    const feed = await added();
    await expect(added()).rejects.toMatchObject({ code: "conflict" });
    const campaign = await campaignOf(feed);
    await expect(deleteFeed(shop.ctx, feed.id)).rejects.toMatchObject({ code: "conflict" });
    await cancelCampaign(shop.ctx, campaign);
    await deleteFeed(shop.ctx, feed.id);
    await expect(getFeed(shop.ctx, feed.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
