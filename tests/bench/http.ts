// What the web process bears while a send is running: browsers that subscribe and report, people who look at lists over
// a large past. The whole product runs as `npm start` runs it; this process is all the browsers, all the people and the
// push service. Rates are kept whatever the answers take (open loop), so a slow answer does not slow the next call.
//
//   npm run bench:http [-- --subscribers 1000000 --messages 10000000 --seconds 10]
//
// The last line is JSON.
import { createECDH, randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { query } from "#lib/db.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";
import { newTenant, openStage, type Stage, seedDevices, send, until } from "#tests/faults/stage.ts";
import type { PushService } from "#tests/support/push-service.ts";

const { values } = parseArgs({
  options: {
    subscribers: { type: "string", default: "1000000" },
    messages: { type: "string", default: "10000000" },
    seconds: { type: "string", default: "10" },
    devices: { type: "string", default: "60000" },
  },
});
const seconds = Number(values.seconds);
const origin = "https://shop.example";
const metricsToken = randomUUID();
process.env.METRICS_TOKEN = metricsToken;

const stage = await openStage(1);
const service = serviceOf(stage);
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function serviceOf({ services: [first] }: Stage): PushService {
  if (!first) throw new Error("there is no push service");
  return first;
}

interface Answer {
  status: number;
  text: string;
}

function ask(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = http.request(
      new URL(path, `http://127.0.0.1:${stage.product.port}`),
      { method, agent, headers: { ...headers, ...(text && { "content-type": "application/json" }) } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    call.once("error", reject).end(text);
  });
}

interface Load {
  per_s: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  failed: number;
}

/** Makes `perSecond` calls a second for some seconds. A failed one, or one that is refused, is counted apart. */
async function openLoop(perSecond: number, forSeconds: number, once: (n: number) => Promise<boolean>): Promise<Load> {
  const times: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const startedAt = performance.now();
  for (let n = 0; n < perSecond * forSeconds; n++) {
    const dueAt = startedAt + (n * 1_000) / perSecond;
    while (performance.now() < dueAt) await delay(Math.max(0, dueAt - performance.now()));
    pending.push(
      once(n).then(
        (good) => {
          if (good) times.push(performance.now() - dueAt);
          else failed++;
        },
        () => {
          failed++;
        },
      ),
    );
  }
  await Promise.all(pending);
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { per_s: Math.round(times.length / tookSeconds), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), failed };
}

const tenant = await newTenant(stage);
const { workspaceId } = tenant.api;
const { key: apiKey } = await tenant.api.post<{ key: string }>(`/api/v1/workspaces/${workspaceId}/api-keys`, {
  name: "Bench",
  ratePerMinute: 100_000,
  scopes: ["sites:read", "campaigns:read", "subscribers:read", "analytics:read"],
});
const asPerson = { authorization: `Bearer ${apiKey}` };

/** A past of its own size: subscribers without devices, and messages of an ended campaign to them. */
async function makePast(): Promise<string> {
  const startedAt = performance.now();
  // Somebody to have sent to.
  await seedDevices(tenant, service, 10, "first");
  const id = await send(tenant, { name: "Past" });
  const isOver = async () =>
    (await tenant.api.get<{ status: string }>(`/api/v1/campaigns/${id}`)).status === "completed";
  await until("the past is over", 60_000, isOver);
  const [run] = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1", [id]);
  const page = 500_000;
  for (let from = 0; from < Number(values.subscribers); from += page) {
    await query(
      `INSERT INTO subscriber (id, workspace_id, name, tags, updated_at)
       SELECT uuidv7(), $1, 'Person ' || n, ARRAY['t' || n % 50], now() FROM generate_series($2::int, $3::int) n`,
      [workspaceId, from + 1, Math.min(from + page, Number(values.subscribers))],
    );
  }
  const perRound = Number(values.subscribers);
  for (let made = 0, step = 0; made < Number(values.messages); made += perRound, step++) {
    await query(
      `INSERT INTO message (id, workspace_id, site_id, campaign_id, run_id, step_index, subscriber_id, subscription_id,
                            channel, status, attempts, sent_at, created_at)
       SELECT uuidv7(), $1, $2, $3, $4, $5, id, id, 'web_push', 'sent', 1, now(), now()
         FROM subscriber WHERE workspace_id = $1 LIMIT $6`,
      [workspaceId, tenant.siteId, id, run?.id, step, Math.min(perRound, Number(values.messages) - made)],
    );
  }
  await query("VACUUM ANALYZE message");
  await query("ANALYZE");
  console.log(
    `${values.subscribers} subscribers, ${values.messages} messages made in ${Math.round((performance.now() - startedAt) / 1_000)} s`,
  );
  return id;
}

const browsers = Array.from({ length: 500 }, () => {
  const pair = createECDH("prime256v1");
  return { p256dh: pair.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
});

async function subscribeOne(n: number): Promise<boolean> {
  const keys = browsers[n % browsers.length];
  const subscription = { endpoint: service.endpoint(randomUUID()), expirationTime: null, keys };
  const body = { siteId: tenant.siteId, subscription, timezone: "Europe/Paris", locale: "fr" };
  return (await ask("POST", "/api/sdk/v1/subscriptions", { origin }, body)).status === 201;
}

/** Reports that a message was shown. @returns the message, when the report was acknowledged */
async function reportOne(messageId: string): Promise<boolean> {
  const events = [{ type: "shown", t: eventToken(messageId) }];
  return (await ask("POST", "/api/sdk/v1/events", { origin }, { siteId: tenant.siteId, events })).status === 202;
}

/** The web process's event loop since it was last asked: Prometheus' own reading of node's histogram. */
async function loopLagMs(): Promise<number> {
  const { text } = await ask("GET", "/api/metrics", { authorization: `Bearer ${metricsToken}` });
  return Math.round(Number(/^nodejs_eventloop_lag_p99_seconds\{[^}]*\} (\S+)$/m.exec(text)?.[1]) * 1_000);
}

const pastCampaign = await makePast();
await seedDevices(tenant, service, Number(values.devices), "device");
const messages = await query<{ id: string }>(
  "SELECT id FROM message WHERE workspace_id = $1 AND campaign_id = $2 ORDER BY id LIMIT 200000",
  [workspaceId, pastCampaign],
);
let nextMessage = 0;
const freshMessage = () => messages[nextMessage++]?.id ?? "";

/** Does `work` while a send to all devices runs; says how fast that went meanwhile. */
async function whileSending<T>(work: () => Promise<T>): Promise<T & { sent_per_s: number; loop_lag_p99_ms: number }> {
  const id = await send(tenant);
  await until("the send began", 60_000, async () => (await sentOf(id)) > 0);
  await loopLagMs();
  const [startedAt, before] = [performance.now(), await sentOf(id)];
  const figures = await work();
  const lag = await loopLagMs();
  const sentPerSecond = Math.round((((await sentOf(id)) - before) * 1_000) / (performance.now() - startedAt));
  await tenant.api.post(`/api/v1/campaigns/${id}/cancel`).catch(() => {});
  await delay(1_000);
  return { ...figures, sent_per_s: sentPerSecond, loop_lag_p99_ms: lag };
}

async function sentOf(campaignId: string): Promise<number> {
  const [row] = await query<{ sent: string }>(
    "SELECT coalesce(sum(sent), 0) AS sent FROM counter WHERE campaign_id = $1",
    [campaignId],
  );
  return Number(row?.sent ?? 0);
}

const reads = [
  "/api/v1/subscribers?pageSize=25",
  "/api/v1/subscribers?pageSize=25&search=Person%2012345",
  "/api/v1/campaigns",
  `/api/v1/campaigns/${pastCampaign}`,
  `/api/v1/campaigns/${pastCampaign}/performance`,
  `/api/v1/campaigns/${pastCampaign}/messages?pageSize=25`,
  "/api/v1/analytics/dashboard",
  "/api/v1/sites",
];

const byPath: Record<string, number[]> = {};
async function readOne(n: number): Promise<boolean> {
  const path = reads[n % reads.length] ?? "";
  const startedAt = performance.now();
  const { status, text } = await ask("GET", path, asPerson);
  const times = byPath[path] ?? [];
  times.push(performance.now() - startedAt);
  byPath[path] = times;
  if (status !== 200) console.error(path, status, text.slice(0, 200));
  return status === 200;
}

/** Warm: the first calls of a process compile its routes. */
await openLoop(20, 3, async (n) =>
  n % 3 === 0 ? readOne(n) : n % 3 === 1 ? subscribeOne(n) : reportOne(freshMessage()),
);
for (const path of Object.keys(byPath)) byPath[path] = [];

const subscribed = await whileSending(() => openLoop(300, seconds, subscribeOne));
console.log("subscribe", JSON.stringify(subscribed));
const reported = await whileSending(() => openLoop(800, seconds, () => reportOne(freshMessage())));
console.log("events", JSON.stringify(reported));
// A hundred people, a call a second each.
const read = await whileSending(() => openLoop(100, seconds, readOne));
console.log("reads", JSON.stringify(read));
const slowest = Object.entries(byPath).map(([path, times]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return [path.replace(pastCampaign, "{id}"), Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)] as const;
});
for (const [path, p95] of slowest.toSorted((a, b) => b[1] - a[1])) console.log(`  p95 ${p95} ms  ${path}`);

/** Every report that was acknowledged must be there after the web process was told to end in the middle. */
async function lostOnSigterm(): Promise<{ acknowledged: number; lost: number }> {
  const acknowledged: string[] = [];
  const ending = delay(1_500).then(() => process.kill(stage.product.pids.web ?? 0, "SIGTERM"));
  await openLoop(200, 3, async () => {
    const id = freshMessage();
    const good = await reportOne(id);
    if (good) acknowledged.push(id);
    return good;
  });
  await ending;
  await stage.product.untilReady();
  const [row] = await query<{ kept: number }>(
    "SELECT count(*)::int AS kept FROM event WHERE message_id = ANY($1::uuid[]) AND type = 'shown'",
    [acknowledged],
  );
  return { acknowledged: acknowledged.length, lost: acknowledged.length - (row?.kept ?? 0) };
}
const sigterm = await lostOnSigterm();
console.log("SIGTERM", JSON.stringify(sigterm));

agent.destroy();
await stage.close();
console.log(
  JSON.stringify({
    bench: "http",
    subscribers: Number(values.subscribers),
    messages: Number(values.messages),
    subscribe: subscribed,
    events: reported,
    reads: read,
    sigterm,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }),
);
process.exit(0);
