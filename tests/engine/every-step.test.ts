import http from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { functions } from "#inngest/functions.ts";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { getCampaign } from "#lib/campaigns/campaigns.ts";
import { cancelCampaign, scheduleCampaign, sendCampaign, unscheduleCampaign } from "#lib/campaigns/moves.ts";
import { db, query } from "#lib/db.ts";
import { nudge } from "#lib/events.ts";
import { createFeed } from "#lib/feeds/feeds.ts";
import { tellDueFeeds } from "#lib/feeds/poll.ts";
import { NewFeed } from "#lib/feeds/schema.ts";
import { getImport, importFile } from "#lib/imports/imports.ts";
import { decryptPush } from "#tests/support/browser-subscription.ts";
import { type FeedServer, rss, startFeedServer } from "#tests/support/feed-server.ts";
import { pieces } from "#tests/support/imports.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { comeDue } from "#tests/support/queue.ts";
import {
  newDevices,
  newDraft,
  newShop,
  runOf,
  type Shop,
  type TestDevice,
  trustedPushService,
} from "#tests/support/shop.ts";
import { type ChildServer, freePort, startChild } from "./server-process.ts";

/**
 * A durable function is a row of steps, and a machine may lose its power between any two. Here it does, at each of them and
 * twice: the worker gets a SIGKILL when the call of a step reaches it, and again when the step is done and its answer is
 * on the way, so that the queue never learns of it. A function that is not killed at all fails the last test.
 */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

/** Chosen before the product's modules are loaded: its client of the queue reads where that is only then. */
const queuePort = await vi.hoisted(async () => {
  const { createServer } = await import("node:net");
  const probe = createServer();
  const port = await new Promise<number>((done) =>
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      done(typeof address === "object" && address ? address.port : 0);
    }),
  );
  probe.close();
  process.env.INNGEST_BASE_URL = `http://127.0.0.1:${port}`;
  return port;
});

let service: PushService;
let feeds: FeedServer;
let queue: ChildServer;
let worker: Worker;
let shop: Shop;

beforeAll(async () => {
  service = await trustedPushService();
  feeds = await startFeedServer();
  worker = await startWorker();
  queue = await startChild("inngest/local/main.ts", {
    PORT: String(queuePort),
    INNGEST_APPS: `${worker.url}/api/inngest`,
    INNGEST_RETRY_MS: "100",
    // A call a step, so that there is a boundary to die at after each.
    INNGEST_CHECKPOINT: "0",
  });
});
afterAll(async () => {
  await queue?.kill();
  await worker?.stop();
  feeds?.close();
  await service?.close();
});
beforeEach(async () => {
  service.reset();
  shop = await newShop();
});

interface Worker {
  url: string;
  /** Whose calls kill it from now on. */
  victims: Set<string>;
  /** How often the calls of each function did. */
  kills: Map<string, number>;
  stop(): Promise<void>;
}

/** The worker behind a door that sees each call of the queue, and kills it twice at each step of its victims. */
async function startWorker(): Promise<Worker> {
  const [port, doorPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${doorPort}`;
  const launch = () =>
    startChild("tests/support/step-worker.ts", {
      PORT: String(port),
      NODE_OPTIONS: "--conditions=react-server",
      NODE_EXTRA_CA_CERTS: service.caPath,
      INNGEST_SERVE_ORIGIN: url,
    });
  let living = launch();
  await living;
  const victims = new Set<string>();
  const kills = new Map<string, number>();
  const seen = new Map<string, number>();
  const kill = async (name: string) => {
    kills.set(name, (kills.get(name) ?? 0) + 1);
    const dying = living;
    living = dying.then(async (child) => {
      await child.kill();
      return launch();
    });
    await living;
  };
  const door = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const name = /[?&]fnId=pushpilot-([\w-]+)/.exec(request.url ?? "")?.[1] ?? "";
    // The same call again has the same answers of former steps in it.
    const step = `${name} ${request.headers["x-run-id"]} ${request.headers["x-inngest-step-id"]} ${stackOf(body)}`;
    const times = victims.has(name) ? (seen.get(step) ?? 0) : 2;
    seen.set(step, times + 1);
    await living.catch(() => {});
    if (times === 0) {
      await kill(name);
      return response.destroy();
    }
    const passed = http.request(
      `http://127.0.0.1:${port}${request.url}`,
      { method: request.method, headers: request.headers, agent: false },
      async (answer) => {
        const said = await answer.toArray().catch(() => undefined);
        if (said === undefined) return response.destroy();
        if (times === 1) {
          await kill(name);
          return response.destroy();
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(said));
      },
    );
    passed.on("error", () => response.destroy());
    passed.end(body);
  });
  await new Promise<void>((done) => door.listen(doorPort, "127.0.0.1", done));
  return {
    url,
    victims,
    kills,
    async stop() {
      door.closeAllConnections();
      door.close();
      await (await living).kill();
    },
  };
}

/** The answers of former steps that a call brings. */
function stackOf(body: Buffer): string {
  return /"stack":\{[^}]*\}/.exec(body.toString())?.[0] ?? "";
}

/** Kills at every step of these functions while `work` goes on, and until that was so often at least. */
async function killing(names: string[], atLeast: number, work: () => Promise<void>): Promise<void> {
  const killed = () => [...worker.kills.values()].reduce((all, count) => all + count, 0);
  const before = killed();
  for (const name of names) worker.victims.add(name);
  try {
    await work();
    // What was done last may be seen before the kill that follows it.
    await expect.poll(() => killed() - before, patient).toBeGreaterThanOrEqual(atLeast);
  } finally {
    worker.victims.clear();
  }
}

const patient = { timeout: 200_000, interval: 100 };
const untilCompleted = (id: string) =>
  expect.poll(async () => (await getCampaign(shop.ctx, id)).status, patient).toBe("completed");

/** What a device shows in the end: a repeat under the same topic replaces what was there. */
function shownOn(device: TestDevice): string[] {
  const posts = service.posts.filter(({ token, accepted }) => token === device.token && accepted);
  const byTopic = new Map(posts.map(({ topic, body }) => [topic, body]));
  return [...byTopic.values()].map((body) => JSON.parse(decryptPush(body, device).toString()).title);
}

test("send-run and deliver, killed at every step: everybody has it once, counted to the message", async () => {
  const devices = await newDevices(shop, service, 3, "send");
  // One waits for a second try, so that `deliver` has a sleep and a second slice.
  service.script({ token: devices[0]?.token ?? "", answer: { status: 503 }, times: 1 });
  const { id } = await newDraft(shop);
  await killing(["send-run", "deliver"], 8, async () => {
    await sendCampaign(shop.ctx, id);
    await untilCompleted(id);
  });
  expect(devices.map(shownOn)).toEqual([["Hello"], ["Hello"], ["Hello"]]);
  expect((await getReconciliation(shop.ctx, id)).isExact).toBe(true);
});

test("between a test of variants and its winner, killed at every step: one winner stands, everybody has one notification", async () => {
  const devices = await newDevices(shop, service, 8, "test");
  const variants = ["A", "B"].map((title) => ({ name: title, weight: 50, content: { title, message: "News." } }));
  const { id } = await newDraft(shop, {
    steps: [{ content: { title: "A", message: "News." }, variants }],
    options: { experiment: { testShare: 0.5, waitMinutes: 5 } },
  });
  await sendCampaign(shop.ctx, id);
  const waiting = async () =>
    (await query("SELECT 1 FROM message WHERE campaign_id = $1 AND variant = -1 AND status = 'queued'", [id])).length;
  const asked = async () =>
    (await query("SELECT 1 FROM message WHERE campaign_id = $1 AND variant >= 0 AND status = 'sent'", [id])).length;
  await expect.poll(asked, patient).toBeGreaterThan(0);
  await expect.poll(async () => (await asked()) + (await waiting()), patient).toBe(8);
  const rest = await waiting();
  expect(rest).toBeGreaterThan(0);
  await killing(["deliver"], 2, async () => {
    // The time of the decision has come.
    await query("UPDATE run SET decide_at = now() WHERE campaign_id = $1", [id]);
    await comeDue("m.campaign_id = $1 AND m.status = 'queued'", id, ", due_at = now()");
    nudge({ kind: "deliver", workspaceId: shop.ctx.workspaceId, runId: (await runOf(shop, id)).id });
    await untilCompleted(id);
  });
  // Nobody clicked: the first of those that were sent.
  const sent = await query<{ variant: number }>(
    "SELECT variant FROM message WHERE campaign_id = $1 AND variant >= 0 AND status = 'sent' ORDER BY 1",
    [id],
  );
  const winner = sent[0]?.variant ?? -1;
  expect(await runOf(shop, id)).toMatchObject({ winnerVariant: winner, winnerBy: "clicks" });
  const shown = devices.map(shownOn);
  expect(shown.every((titles) => titles.length === 1)).toBe(true);
  const ofRest = await query<{ subscription_id: string }>(
    "SELECT subscription_id FROM message WHERE campaign_id = $1 AND variant = -1",
    [id],
  );
  const restIds = new Set(ofRest.map((row) => row.subscription_id));
  expect(devices.filter((device) => restIds.has(device.subscriptionId)).flatMap(shownOn)).toEqual(
    Array.from({ length: rest }, () => "AB".charAt(winner)),
  );
  expect((await getReconciliation(shop.ctx, id)).isExact).toBe(true);
});

test("poll-feed, killed at every step: the new item has one run and is shown once", async () => {
  const devices = await newDevices(shop, service, 2, "feed");
  feeds.answer("/steps", (_, response) => response.end(rss([{ guid: "old", title: "Old" }])));
  const feed = await createFeed(shop.ctx, shop.site.id, NewFeed.parse({ url: `${feeds.url}/steps` }));
  const { id } = await newDraft(shop, {
    trigger: { type: "rss", feedId: feed.id },
    steps: [{ content: { title: "{{item.title}}", message: "New." } }],
  });
  await scheduleCampaign(shop.ctx, id, {});
  feeds.answer("/steps", (_, response) => response.end(rss([{ guid: "new", title: "New" }, { guid: "old" }])));
  await killing(["poll-feed"], 2, async () => {
    await db.feed.update({ where: { id: feed.id }, data: { nextFetchAt: new Date() } });
    await tellDueFeeds();
    await expect.poll(() => devices.map(shownOn), patient).toEqual([["New"], ["New"]]);
  });
  expect(await db.run.count({ where: { campaignId: id } })).toBe(1);
});

test("import-subscribers, killed at every step: each row is a person once", async () => {
  const rows = Array.from({ length: 2_500 }, (_, index) => `row-${index},Person ${index}`);
  let id = "";
  await killing(["import-subscribers"], 2, async () => {
    ({ id } = await importFile(shop.ctx, pieces(`external id,name\n${rows.join("\n")}\n`, 4_000), {}));
    await expect.poll(async () => (await getImport(shop.ctx, id)).status, patient).toBe("completed");
  });
  expect(await getImport(shop.ctx, id)).toMatchObject({ created: 2_500, updated: 0, failed: 0 });
  expect(await db.subscriber.count({ where: { workspaceId: shop.ctx.workspaceId } })).toBe(2_500);
});

test("a scheduled campaign that is taken back or cancelled ends the function that waits for its time", async () => {
  await newDevices(shop, service, 1, "later");
  const at = new Date(Date.now() + 50_000);
  const ids: string[] = [];
  for (const name of ["Taken back", "Cancelled", "Kept"]) {
    const { id } = await newDraft(shop, { name });
    await scheduleCampaign(shop.ctx, id, { at });
    ids.push(id);
  }
  const [takenBack = "", cancelled = ""] = ids;
  const runIds = await Promise.all(ids.map(async (id) => (await runOf(shop, id)).id));
  // By run: a sweep may tell of one once more, and then two functions wait for it.
  const waiting = async () => {
    const rows = await query<{ body: string }>(
      `SELECT e.body FROM inngest_local.queue q JOIN inngest_local.run r ON r.id = q.run_id
         JOIN inngest_local.event e ON e.id = r.event_id WHERE q.kind = 'sleep'`,
    );
    return runIds.filter((runId) => rows.some(({ body }) => body.includes(runId)));
  };
  await expect.poll(waiting, patient).toEqual(runIds);
  await unscheduleCampaign(shop.ctx, takenBack);
  await cancelCampaign(shop.ctx, cancelled);
  await expect.poll(waiting, { timeout: 20_000, interval: 50 }).toEqual(runIds.slice(2));
  expect(Date.now()).toBeLessThan(at.getTime());
  const ended = await query("SELECT 1 FROM inngest_local.run WHERE status = 'Cancelled' AND fn_id LIKE '%send-run'");
  expect(ended.length).toBeGreaterThanOrEqual(2);
});

test("no durable function was left out; the sweep's cron repeats what every worker does by itself", () => {
  const names = functions.map((each) => each.id()).filter((name) => name !== "sweep");
  expect([...worker.kills.keys()].sort()).toEqual(names.sort());
});
