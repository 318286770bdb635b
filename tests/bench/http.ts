// What the web process bears while a send is running: browsers that subscribe and report, people who look at lists over
// a large past. The whole product runs as `npm start` runs it; this process is all the browsers, all the people and the
// push service. Rates are kept whatever the answers take (open loop), so a slow answer does not slow the next call.
//
//   npm run bench:http [-- --subscribers 1000000 --messages 10000000 --seconds 10 --keep folder --only subscribe,events,reads,pages,sigterm]
//
// `--keep` leaves the data in a folder, for the next run. The last line is JSON.
import { createECDH, randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { query } from "#lib/db.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";
import { openStage, type Stage, send, until } from "#tests/faults/stage.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { cpuPerUnit, cpuSeconds } from "./cpu.ts";
import { openPast } from "./http-past.ts";

const { values } = parseArgs({
  options: {
    subscribers: { type: "string", default: "1000000" },
    messages: { type: "string", default: "10000000" },
    seconds: { type: "string", default: "10" },
    devices: { type: "string", default: "60000" },
    keep: { type: "string" },
    pushPort: { type: "string", default: "47811" },
    only: { type: "string", default: "subscribe,events,reads,pages,sigterm" },
  },
});
const seconds = Number(values.seconds);
const origin = "https://shop.example";
const metricsToken = randomUUID();
process.env.METRICS_TOKEN = metricsToken;

const parts = new Set(values.only.split(","));
const stage = await openStage(
  1,
  values.keep === undefined ? undefined : { dataDir: resolve(values.keep), pushPort: Number(values.pushPort) },
);
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
  calls: number;
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
        (error: unknown) => {
          if (failed === 0) console.error(String(error));
          failed++;
        },
      ),
    );
  }
  await Promise.all(pending);
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return {
    calls: times.length,
    per_s: Math.round(times.length / tookSeconds),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    failed,
  };
}

const past = await openPast(
  stage,
  service,
  {
    subscribers: Number(values.subscribers),
    messages: Number(values.messages),
    devices: Number(values.devices),
  },
  values.keep,
);
const { tenant, apiKey } = past;
const { workspaceId } = tenant.api;
const asPerson = { authorization: `Bearer ${apiKey}` };

const browsers = Array.from({ length: 500 }, () => {
  const pair = createECDH("prime256v1");
  return { p256dh: pair.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
});

async function subscribeOne(n: number, acknowledged?: string[]): Promise<boolean> {
  const keys = browsers[n % browsers.length];
  const subscription = { endpoint: service.endpoint(randomUUID()), expirationTime: null, keys };
  const body = { siteId: tenant.siteId, subscription, timezone: "Europe/Paris", locale: "fr" };
  const { status, text } = await ask("POST", "/api/sdk/v1/subscriptions", { origin }, body);
  if (status === 201) acknowledged?.push((JSON.parse(text) as { subscriptionId: string }).subscriptionId);
  return status === 201;
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

const messages = await query<{ id: string }>(
  "SELECT id FROM message WHERE campaign_id = $1 AND status = 'sent' AND delivered_at IS NULL ORDER BY id LIMIT 200000",
  [past.campaignIds[0]],
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

const [recent = "", older = ""] = past.campaignIds;
/** What people's pages ask: what changes while one looks more often than lists, and a search for every twenty calls. */
const watched = [
  `/api/v1/campaigns/${recent}/status`,
  `/api/v1/campaigns/${recent}/performance`,
  `/api/v1/campaigns/${recent}`,
  "/api/v1/campaigns",
  "/api/v1/analytics/dashboard",
];
const searches = ["search=Person%2012345", "search=son-99", "tag=t7"].map(
  (filter) => `/api/v1/subscribers?pageSize=25&${filter}`,
);
const readsOf = (search: string) => [
  ...watched,
  ...watched,
  "/api/v1/subscribers?pageSize=25",
  search,
  "/api/v1/subscribers/{person}",
  "/api/v1/subscribers/{person}/messages",
  `/api/v1/campaigns/${recent}/messages?pageSize=25`,
  `/api/v1/campaigns/${older}/messages?pageSize=25&status=failed`,
  `/api/v1/sites/${tenant.siteId}/analytics/dashboard`,
  `/api/v1/sites/${tenant.siteId}/health`,
  "/api/v1/sites",
  `/api/v1/sites/${tenant.siteId}`,
];
const reads = searches.flatMap(readsOf);
/** What the dashboard makes of it: whole pages, for a person who is signed in. */
const pages = ["", "/campaigns", `/campaigns/${recent}`, "/subscribers", "/sites"].map(
  (path) => `/dashboard/${workspaceId}${path}`,
);

const byPath: Record<string, number[]> = {};
async function readOne(pattern: string, n: number, headers: Record<string, string>): Promise<boolean> {
  const person = past.subscriberIds[n % past.subscriberIds.length] ?? "";
  const path = pattern.replace("{person}", person);
  const startedAt = performance.now();
  const { status, text } = await ask("GET", path, headers);
  const shown = pattern.replace(recent, "{id}").replace(older, "{id}").replace(workspaceId, "{id}");
  const times = byPath[shown] ?? [];
  times.push(performance.now() - startedAt);
  byPath[shown] = times;
  if (status !== 200) console.error(path, status, text.slice(0, 200));
  return status === 200;
}
const readApi = (n: number) => readOne(reads[n % reads.length] ?? "", n, asPerson);
const cookie = await signIn();
const readPage = (n: number) => readOne(pages[n % pages.length] ?? "", n, { cookie });

/** A session in the dashboard, as its sign-in form makes one. */
async function signIn(): Promise<string> {
  const url = `http://127.0.0.1:${stage.product.port}`;
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const first = cookiesOf(csrf);
  const signedIn = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: first, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, ...tenant.api.credentials }),
  });
  return `${first}; ${cookiesOf(signedIn)}`;
}

function cookiesOf({ headers }: Response): string {
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

/** Warm: the first calls of a process compile its routes. */
await openLoop(30, 4, async (n) =>
  n % 3 === 0 ? readApi(n / 3) : n % 3 === 1 ? subscribeOne(n) : reportOne(freshMessage()),
);
await openLoop(5, 3, readPage);
for (const path of Object.keys(byPath)) delete byPath[path];

type Figures = Load & { sent_per_s: number; loop_lag_p99_ms: number; cpu_us_per_call: Record<string, number> };
const figures: Record<string, Figures> = {};
async function measure(name: string, work: () => Promise<Load>): Promise<void> {
  if (!parts.has(name)) return;
  const processes = { ...stage.product.pids, bench: process.pid };
  const found = await whileSending(async () => {
    const before = cpuSeconds(processes);
    const load = await work();
    return { ...load, cpu_us_per_call: cpuPerUnit(before, cpuSeconds(processes), load.calls) };
  });
  figures[name] = found;
  console.log(name, JSON.stringify(found));
}

await measure("subscribe", () => openLoop(300, seconds, subscribeOne));
await measure("events", () => openLoop(800, seconds, () => reportOne(freshMessage())));
// A hundred people, a call a second each.
await measure("reads", () => openLoop(100, seconds, readApi));
// The same hundred open a page every twenty seconds.
await measure("pages", () => openLoop(5, seconds, readPage));
const slowest = Object.entries(byPath).map(([path, times]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return [path, Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)] as const;
});
for (const [path, p95] of slowest.toSorted((a, b) => b[1] - a[1])) console.log(`  p95 ${p95} ms  ${path}`);

/** Every report and subscribe that was acknowledged must be there after the web process was told to end in the middle. */
async function lostOnSigterm(): Promise<{ acknowledged: number; lost: number }> {
  const acknowledged: string[] = [];
  const subscribed: string[] = [];
  const ending = delay(1_500).then(() => process.kill(stage.product.pids.web ?? 0, "SIGTERM"));
  await openLoop(200, 3, async (n) => {
    if (n % 2 === 0) return subscribeOne(n, subscribed);
    const id = freshMessage();
    const good = await reportOne(id);
    if (good) acknowledged.push(id);
    return good;
  });
  await ending;
  await stage.product.untilReady();
  const [row] = await query<{ kept: number }>(
    `SELECT (SELECT count(*) FROM event WHERE message_id = ANY($1::uuid[]) AND type = 'shown')::int
          + (SELECT count(*) FROM subscription WHERE id = ANY($2::uuid[]))::int AS kept`,
    [acknowledged, subscribed],
  );
  const all = acknowledged.length + subscribed.length;
  return { acknowledged: all, lost: all - (row?.kept ?? 0) };
}
const sigterm = parts.has("sigterm") ? await lostOnSigterm() : undefined;
console.log("SIGTERM", JSON.stringify(sigterm));

agent.destroy();
await stage.close();
console.log(
  JSON.stringify({
    bench: "http",
    subscribers: Number(values.subscribers),
    messages: Number(values.messages),
    ...figures,
    sigterm,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }),
);
process.exit(0);
