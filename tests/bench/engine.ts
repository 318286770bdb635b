import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Inngest } from "inngest";
import { serve } from "inngest/node";
import pg from "pg";
import { sign } from "#inngest/local/signature.ts";
import { inngestFlags, inngestVariables, prepareInngest } from "#scripts/inngest-process.ts";
import { startPostgres } from "#scripts/postgres.ts";
import { createTestDatabase } from "../engine/lab.ts";
import { freePort, startChild } from "../engine/server-process.ts";
import { cpuPerUnit, cpuSeconds } from "./cpu.ts";

/**
 * Measures the local Inngest server as a process of its own, with an app of the unmodified SDK in this one, on an
 * embedded PostgreSQL that writes safely to disk, unless TEST_DATABASE_URL names one. In the same run, what the machine
 * gives without the server: commits of one row on one connection, and bare calls of the app. BENCH_SIGNED=1: with
 * signatures; INNGEST_CHECKPOINT=0: without checkpoints; --live-environment: with an app that has done nothing about what
 * the SDK's reading of its environment costs.
 *
 *   npm run bench:engine [-- --only first_step,runs] [-- --profile DIR] [-- --live-environment]
 *
 * The last line on stdout is one JSON object. Run it on a quiet machine.
 */
const { values: flags } = parseArgs({
  options: { only: { type: "string" }, profile: { type: "string" }, "live-environment": { type: "boolean" } },
});
// As the worker does (lib/process.ts): the SDK copies the environment in every call.
if (!flags["live-environment"]) process.env = { ...process.env };
const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
const postgres = process.env.TEST_DATABASE_URL ? undefined : await startPostgres({ dataDir });
process.env.TEST_DATABASE_URL ??= postgres?.url;
const signed = process.env.BENCH_SIGNED === "1";
const signingKey = signed ? `signkey-bench-${createHash("sha256").update("bench").digest("hex")}` : undefined;
const eventKey = "bench";
const runs = 2_000;
const blockedRuns = 5_000;
const chains = 40;
const stepsPerChain = 25;
const backlogRuns = 20_000;

const notes = { started: new Map<string, number>(), ended: 0, sleepLateMs: [] as number[] };
const gate = Promise.withResolvers<void>();
const listener = Promise.withResolvers<http.RequestListener>();
const app = http.createServer(async (request, response) => (await listener.promise)(request, response));
await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`;

const database = await createTestDatabase();
const port = await freePort();
await prepareInngest();
const server = await startChild("inngest/local/main.ts", {
  DATABASE_URL: database.url,
  PORT: String(port),
  INNGEST_APPS: appUrl,
  INNGEST_EVENT_KEY: eventKey,
  INNGEST_CHECKPOINT: process.env.INNGEST_CHECKPOINT ?? "1",
  ...(signingKey ? { INNGEST_SIGNING_KEY: signingKey } : { INNGEST_DEV: "1" }),
  // As `npm start` starts it.
  ...inngestVariables,
  NODE_OPTIONS: `${inngestFlags.join(" ")}${flags.profile ? ` --cpu-prof --cpu-prof-dir=${flags.profile}` : ""}`,
});
const baseUrl = `http://127.0.0.1:${port}`;
const nothing = () => {};
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const client = new Inngest({ id: "bench", baseUrl, isDev: !signed, signingKey, eventKey, logger });
const keyOf = (event: { data?: unknown }) => (event.data as { key: string }).key;

listener.resolve(
  serve({
    client,
    functions: [
      client.createFunction({ id: "first", triggers: [{ event: "bench/first" }] }, async ({ event, step }) => {
        await step.run("only", () => notes.started.set(keyOf(event), performance.now()).size);
      }),
      client.createFunction({ id: "empty", triggers: [{ event: "bench/empty" }] }, async () => {
        notes.ended++;
      }),
      client.createFunction({ id: "chain", triggers: [{ event: "bench/chain" }] }, async ({ step }) => {
        for (let index = 0; index < stepsPerChain; index++) await step.run(`step ${index}`, () => index);
        notes.ended++;
      }),
      client.createFunction({ id: "wide", triggers: [{ event: "bench/wide" }] }, async ({ step }) => {
        await Promise.all(Array.from({ length: stepsPerChain }, (_, index) => step.run(`step ${index}`, () => index)));
        notes.ended++;
      }),
      client.createFunction({ id: "flood", triggers: [{ event: "bench/flood" }] }, async () => {
        notes.ended++;
      }),
      client.createFunction(
        {
          id: "backlog",
          concurrency: { limit: 10, key: "event.data.key" },
          triggers: [{ event: "bench/backlog" }],
        },
        async () => {
          await gate.promise;
          notes.ended++;
        },
      ),
      client.createFunction({ id: "sleep", triggers: [{ event: "bench/sleep" }] }, async ({ step }) => {
        const until = await step.run("until", () => Date.now() + 1_000);
        await step.sleepUntil("a second", new Date(until));
        await step.run("late", () => notes.sleepLateMs.push(Date.now() - until));
      }),
    ],
  }),
);
while ((await database.query("select 1 from inngest_local.fn")).length === 0) await delay(20);

const percentile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const perSecond = (count: number, sinceMs: number) => Math.round((count * 1_000) / (performance.now() - sinceMs));
const round = (value: number) => Math.round(value * 10) / 10;
const processes = { server: server.process.pid, postgres: postgres?.pid, app: process.pid };

async function untilEnded(count: number): Promise<void> {
  while (notes.ended < count) await delay(2);
  notes.ended = 0;
}

async function latency(count: number): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  for (let n = 0; n < count + 20; n++) {
    const key = randomUUID();
    const sentAt = performance.now();
    await client.send({ name: "bench/first", data: { key } });
    while (!notes.started.has(key)) await delay(0);
    // The first 20 warm up.
    if (n >= 20) times.push((notes.started.get(key) ?? 0) - sentAt);
    await delay(5);
  }
  return { p50: round(percentile(times, 0.5)), p95: round(percentile(times, 0.95)) };
}

async function intake(total: number, perRequest: number, senders: number): Promise<number> {
  const startedAt = performance.now();
  let left = total / perRequest;
  const event = { name: "bench/nobody", data: { text: "x".repeat(200) } };
  const body = JSON.stringify(Array(perRequest).fill(event));
  const sender = async () => {
    while (left-- > 0) await (await fetch(`${baseUrl}/e/${eventKey}`, { method: "POST", body })).text();
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return perSecond(total, startedAt);
}

/** `of_bare_calls`: as a share of what the app gives without a server, which says more than the rate on a noisy machine. */
type Rate = { per_s: number; of_bare_calls: number | null; cpu_us: Record<string, number> };
let bareCallsPerSecond: number | undefined;

/** How many a second, and what CPU each takes of the server, of PostgreSQL, and of the app with this driver. */
async function throughput(name: string, count: number, steps: number): Promise<Rate> {
  const startedAt = performance.now();
  const before = cpuSeconds(processes);
  const events = Array.from({ length: count }, () => ({ name, data: {} }));
  while (events.length > 0) await client.send(events.splice(0, 100));
  await untilEnded(count);
  const rate = perSecond(count * steps, startedAt);
  return {
    per_s: rate,
    of_bare_calls: bareCallsPerSecond ? Math.round((rate * 100) / bareCallsPerSecond) / 100 : null,
    cpu_us: cpuPerUnit(before, cpuSeconds(processes), count * steps),
  };
}

/** Commits of one small row, one after the other on one connection: the disk's and PostgreSQL's share. */
async function bareCommits(): Promise<number> {
  const connection = new pg.Client({ connectionString: database.url });
  await connection.connect();
  await connection.query("create table bare (n int)");
  const startedAt = performance.now();
  let n = 0;
  while (performance.now() - startedAt < 2_000) {
    await connection.query({ name: "bare", text: "insert into bare values ($1)", values: [n++] });
  }
  await connection.end();
  return perSecond(n, startedAt);
}

/** Calls of a function that does nothing, 20 in flight, with no server: the SDK's and node:http's share. */
async function bareCalls(count: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true });
  const url = `${appUrl}?fnId=bench-empty&stepId=step`;
  const body = JSON.stringify({
    ctx: { run_id: "bare", attempt: 0, max_attempts: 5, use_api: false, env: "", stack: { current: 0, stack: [] } },
    event: { name: "bench/empty", data: {} },
    events: [{ name: "bench/empty", data: {} }],
    steps: {},
    use_api: false,
    version: -1,
  });
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (signingKey) headers["x-inngest-signature"] = sign(JSON.parse(body), signingKey);
  const once = () =>
    new Promise<void>((resolve, reject) => {
      const call = http.request(url, { method: "POST", headers, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`the app answered ${response.statusCode}`));
        response.resume().once("end", resolve);
      });
      call.once("error", reject).end(body);
    });
  await once();
  let left = count;
  const startedAt = performance.now();
  const lane = async () => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  const rate = perSecond(count, startedAt);
  bareCallsPerSecond = rate;
  agent.destroy();
  notes.ended = 0;
  return rate;
}

async function drained(): Promise<void> {
  while ((await database.query("select 1 from inngest_local.event where not done limit 1")).length > 0) await delay(50);
}

/**
 * Many runs wait on two full concurrency keys. What does it cost another function; how fast do as many runs without keys
 * go meanwhile, and those themselves, 20 at a time, when they may?
 */
async function backlog() {
  const blocked = Array.from({ length: blockedRuns }, (_, n) => ({
    name: "bench/backlog",
    data: { key: n % 2 ? "a" : "b" },
  }));
  while (blocked.length > 0) await client.send(blocked.splice(0, 500));
  await drained();
  const started = await latency(100);
  const flood = Array.from({ length: backlogRuns }, () => ({ name: "bench/flood", data: {} }));
  while (flood.length > 0) await client.send(flood.splice(0, 500));
  await drained();
  const [endedBefore, startedAt] = [notes.ended, performance.now()];
  const meanwhile = await latency(100);
  const floodAt = { ended: notes.ended - endedBefore, ms: performance.now() - startedAt };
  await untilEnded(backlogRuns);
  const floodPerSecond = perSecond(backlogRuns - endedBefore, startedAt);
  const releasedAt = performance.now();
  gate.resolve();
  await untilEnded(blockedRuns);
  return {
    blocked: blockedRuns,
    started_ms: started,
    runs: backlogRuns,
    per_s: floodPerSecond,
    meanwhile_ms: meanwhile,
    meanwhile_ended: Math.round((floodAt.ended * 1_000) / floodAt.ms),
    released_per_s: perSecond(blockedRuns, releasedAt),
  };
}

async function sleepLateness(): Promise<{ p50: number; max: number }> {
  await client.send(Array.from({ length: 50 }, () => ({ name: "bench/sleep", data: {} })));
  while (notes.sleepLateMs.length < 50) await delay(20);
  return { p50: percentile(notes.sleepLateMs, 0.5), max: Math.max(...notes.sleepLateMs) };
}

function memoryMiB(): { now: number; peak: number } {
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { now: Math.round(kib("VmRSS") / 1024), peak: Math.round(kib("VmHWM") / 1024) };
}

/** Each with a line for people; all of them go into the JSON by their names. */
const parts: Record<string, { measure: () => Promise<unknown>; text: (figure: never) => string }> = {
  bare_commits_per_s: {
    measure: bareCommits,
    text: (figure: number) => `commits, one by one    ${figure}/s: PostgreSQL alone`,
  },
  bare_calls_per_s: {
    measure: () => bareCalls(3_000),
    text: (figure: number) => `calls of the app       ${figure}/s: the SDK alone`,
  },
  first_step_ms: {
    measure: () => latency(200),
    text: ({ p50, p95 }: { p50: number; p95: number }) => `event to first step    p50 ${p50} ms, p95 ${p95} ms`,
  },
  intake_batch_per_s: {
    measure: async () => {
      const rate = await intake(20_000, 50, 4);
      await drained();
      return rate;
    },
    text: (figure: number) => `events accepted        ${figure}/s in batches of 50`,
  },
  intake_single_per_s: {
    measure: async () => {
      const rate = await intake(2_000, 1, 8);
      await drained();
      return rate;
    },
    text: (figure: number) => `events accepted        ${figure}/s one by one`,
  },
  runs: { measure: () => throughput("bench/empty", runs, 1), text: rateText("runs without steps    ") },
  sequential_steps: {
    measure: () => throughput("bench/chain", chains, stepsPerChain),
    text: rateText("steps one after other "),
  },
  parallel_steps: {
    measure: () => throughput("bench/wide", chains, stepsPerChain),
    text: rateText("steps side by side    "),
  },
  sleep_late_ms: {
    measure: sleepLateness,
    text: ({ p50, max }: { p50: number; max: number }) => `a sleep of 1 s is late p50 ${p50} ms, at most ${max} ms`,
  },
  backlog: { measure: backlog, text: (figure: object) => `backlog                ${JSON.stringify(figure)}` },
  memory_mib: {
    measure: async () => memoryMiB(),
    text: ({ now, peak }: { now: number; peak: number }) => `memory of the server   ${now} MiB, peak ${peak} MiB`,
  },
};

function rateText(what: string): (figure: Rate) => string {
  return ({ per_s, of_bare_calls, cpu_us }) =>
    `${what} ${per_s}/s, ${of_bare_calls ?? "?"} of the bare calls; CPU of each ${JSON.stringify(cpu_us)} µs`;
}

const only = flags.only?.split(",");
const figures: Record<string, unknown> = {};
for (const [name, { measure, text }] of Object.entries(parts)) {
  if (only && !only.some((wanted) => name.startsWith(wanted))) continue;
  figures[name] = await measure();
  console.log(text(figures[name] as never));
}

await server.terminate();
app.close();
app.closeAllConnections();
await database.drop();
await postgres?.stop("immediate");
rmSync(dataDir, { recursive: true, force: true });
console.log(JSON.stringify({ bench: "engine", signed, load: round(loadavg()[0] ?? 0), ...figures }));
