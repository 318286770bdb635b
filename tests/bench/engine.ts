import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Inngest } from "inngest";
import { serve } from "inngest/node";
import { startPostgres } from "#scripts/postgres.ts";
import { createTestDatabase } from "../engine/lab.ts";
import { freePort, startChild } from "../engine/server-process.ts";

/**
 * Measures the local Inngest server as a process of its own, with an app of the unmodified SDK in this one, on an
 * embedded PostgreSQL that writes safely to disk, unless TEST_DATABASE_URL names one. BENCH_SIGNED=1: with signatures;
 * INNGEST_CHECKPOINT=0: without checkpoints. The last line on stdout is one JSON object. Run it on a quiet machine.
 */
const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
const postgres = process.env.TEST_DATABASE_URL ? undefined : await startPostgres({ dataDir });
process.env.TEST_DATABASE_URL ??= postgres?.url;
const signed = process.env.BENCH_SIGNED === "1";
const signingKey = signed ? `signkey-bench-${createHash("sha256").update("bench").digest("hex")}` : undefined;
const eventKey = "bench";
const runs = 2_000;
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
const server = await startChild("inngest/local/main.ts", {
  DATABASE_URL: database.url,
  PORT: String(port),
  INNGEST_APPS: appUrl,
  INNGEST_EVENT_KEY: eventKey,
  INNGEST_CHECKPOINT: process.env.INNGEST_CHECKPOINT ?? "1",
  ...(signingKey ? { INNGEST_SIGNING_KEY: signingKey } : { INNGEST_DEV: "1" }),
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

async function throughput(name: string, count: number, steps: number): Promise<number> {
  const startedAt = performance.now();
  const events = Array.from({ length: count }, () => ({ name, data: {} }));
  while (events.length > 0) await client.send(events.splice(0, 100));
  await untilEnded(count);
  return perSecond(count * steps, startedAt);
}

async function drained(): Promise<void> {
  while ((await database.query("select 1 from inngest_local.event where not done limit 1")).length > 0) await delay(50);
}

/** Runs that may not start, on two keys that are full: what does it cost others, and how fast do they go when they may? */
async function backlog(): Promise<{ started_ms: { p50: number; p95: number }; per_s: number; meanwhile_ms: object }> {
  const one = (index: number) => ({ name: "bench/backlog", data: { key: index % 2 ? "a" : "b" } });
  for (let sent = 0; sent < backlogRuns; sent += 500) await client.send(Array.from({ length: 500 }, (_, n) => one(n)));
  await drained();
  const blocked = await latency(100);
  const startedAt = performance.now();
  gate.resolve();
  const meanwhile = latency(50);
  await untilEnded(backlogRuns);
  return { started_ms: blocked, per_s: perSecond(backlogRuns, startedAt), meanwhile_ms: await meanwhile };
}

function memoryMiB(): { now: number; peak: number } {
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { now: Math.round(kib("VmRSS") / 1024), peak: Math.round(kib("VmHWM") / 1024) };
}

const latencyMs = await latency(200);
const batchPerSecond = await intake(20_000, 50, 4);
await drained();
const singlePerSecond = await intake(2_000, 1, 8);
await drained();
const runsPerSecond = await throughput("bench/empty", runs, 1);
const sequentialPerSecond = await throughput("bench/chain", chains, stepsPerChain);
const parallelPerSecond = await throughput("bench/wide", chains, stepsPerChain);
await client.send(Array.from({ length: 50 }, () => ({ name: "bench/sleep", data: {} })));
while (notes.sleepLateMs.length < 50) await delay(20);
const waiting = await backlog();
const memory = memoryMiB();

await server.terminate();
app.close();
app.closeAllConnections();
await database.drop();
await postgres?.stop("immediate");
rmSync(dataDir, { recursive: true, force: true });
const load = loadavg()[0] ?? 0;
console.log(`event to first step    p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms`);
console.log(`events accepted        ${batchPerSecond}/s in batches of 50, ${singlePerSecond}/s one by one`);
console.log(`runs without steps     ${runsPerSecond}/s`);
console.log(`steps                  ${sequentialPerSecond}/s one after the other, ${parallelPerSecond}/s side by side`);
console.log(
  `a sleep of 1 s is late p50 ${percentile(notes.sleepLateMs, 0.5)} ms, at most ${Math.max(...notes.sleepLateMs)} ms`,
);
console.log(
  `${backlogRuns} runs blocked: another function starts after p50 ${waiting.started_ms.p50} ms, p95 ${waiting.started_ms.p95} ms`,
);
console.log(
  `released, 20 at a time they end at ${waiting.per_s}/s; meanwhile ${JSON.stringify(waiting.meanwhile_ms)} ms`,
);
console.log(`memory of the server   ${memory.now} MiB, peak ${memory.peak} MiB; load of the machine ${round(load)}`);
console.log(
  JSON.stringify({
    bench: "engine",
    signed,
    load: round(load),
    first_step_ms: latencyMs,
    intake_per_s: { batch: batchPerSecond, single: singlePerSecond },
    runs_per_s: runsPerSecond,
    sequential_steps_per_s: sequentialPerSecond,
    parallel_steps_per_s: parallelPerSecond,
    backlog: { runs: backlogRuns, ...waiting },
    memory_mib: memory,
    sleep_late_ms: { p50: percentile(notes.sleepLateMs, 0.5), max: Math.max(...notes.sleepLateMs) },
  }),
);
