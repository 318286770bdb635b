import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { query } from "#lib/db.ts";
import type { PushPost, PushService } from "#tests/support/push-service.ts";
import {
  isFull,
  newTenant,
  openStage,
  report,
  type Stage,
  seedDevices,
  send,
  size,
  slack,
  type Tenant,
  until,
  untilSettled,
} from "./stage.ts";

/** Rates hold over all workers together, also when one of them dies with messages in hand. */

const limitMs = isFull ? 900_000 : 120_000;
/** Any such span must hold no more than the rate. */
const windowMs = size(6_000, 60_000);
/** What no worker took of the last half second may be made up for; within a whole minute it is paid back. */
const madeUp = isFull ? 0 : 0.5;

let stage: Stage;
let service: PushService;
let other: PushService;
const extras = new Set<ChildProcess>();
beforeAll(async () => {
  stage = await openStage(2);
  [service, other] = stage.services as [PushService, PushService];
}, 240_000);
afterEach(() => {
  for (const child of extras) child.kill("SIGKILL");
  extras.clear();
  service.reset();
  other.reset();
});
afterAll(() => stage?.close());

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** How many POSTs the fullest span of `windowMs` has. */
function mostWithin(posts: readonly PushPost[]): number {
  const times = posts.map(({ at }) => at).sort((a, b) => a - b);
  let [most, first] = [0, 0];
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? at) <= at - windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const allowed = (ratePerMinute: number) => Math.ceil((ratePerMinute / 60) * (windowMs / 1000 + madeUp)) + 1;

async function addWorkers(tenant: Tenant, campaignId: string, count: number): Promise<ChildProcess[]> {
  const [run] = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1", [campaignId]);
  const script = join(import.meta.dirname, "extra-worker.ts");
  const words = ["--conditions=react-server", script, tenant.api.workspaceId, run?.id ?? ""];
  const made = Array.from({ length: count }, () =>
    spawn(process.execPath, words, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...stage.env } }),
  );
  for (const child of made) extras.add(child);
  return made;
}

/** Waits until that many workers have had messages of a campaign in hand: they take turns at its slots, not all at once. */
async function untilShared(campaignId: string, workers: number): Promise<void> {
  const seen = new Set<number>();
  await until(`${workers} workers share it`, 30_000, async () => {
    const holders = await query<{ claimed_by: number }>(
      "SELECT DISTINCT claimed_by FROM message WHERE campaign_id = $1 AND status = 'sending'",
      [campaignId],
    );
    for (const { claimed_by } of holders) seen.add(claimed_by);
    return seen.size >= workers;
  });
}

test("R1: a campaign's own rate is kept by three workers, one of which is killed", { timeout: limitMs }, async () => {
  const recipients = size(360, 3_000);
  const ratePerMinute = 1_200;
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "r1");
  const id = await send(tenant, { options: { ratePerMinute } });
  await service.waitForAccepted(1, 30_000);
  const [victim] = await addWorkers(tenant, id, 2);
  await untilShared(id, 3);
  await sleep(500);
  victim?.kill("SIGKILL");
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  const [first, last] = [service.posts[0]?.at ?? 0, service.posts.at(-1)?.at ?? 0];
  const most = mostWithin(service.posts);
  const distinct = new Set(service.posts.map((post) => post.token)).size;
  report(
    "R1",
    "a campaign's rate over several workers",
    `${recipients} at ${ratePerMinute} a minute by 3 workers, one killed: at most ${most} POSTs in any ${seconds(windowMs)}, through in ${seconds(last - first)} of ${seconds((recipients * 60_000) / ratePerMinute)}; ${service.posts.length - distinct} repeated, ledger ${JSON.stringify(ledger)}`,
  );
  expect([ledger, distinct]).toEqual([{ sent: recipients }, recipients]);
  expect(most).toBeLessThanOrEqual(allowed(ratePerMinute));
  expect(last - first).toBeLessThan((recipients * 60_000) / ratePerMinute + 15_000 * slack);
});

test("R2: after a 429 that key gets 1,000 a minute at that push service over all workers, and nobody else is slowed", {
  timeout: limitMs,
}, async () => {
  const [bulk, few] = [size(700, 3_000), size(100, 300)];
  const [tenant, neighbour] = [await newTenant(stage), await newTenant(stage)];
  await seedDevices(tenant, service, bulk, "slow");
  await seedDevices(tenant, other, few, "elsewhere");
  await seedDevices(neighbour, service, few, "neighbour");
  const of = (name: string) => (post: PushPost) => post.token.startsWith(`${name}-`);
  // The first message there, whichever it is: one 429, to one key, while few others are under way.
  service.script({ times: 1, answer: { status: 429, headers: { "retry-after": "1" } } });
  service.script({ answer: { delayMs: 50 } });
  const id = await send(tenant);
  await until("it was told to slow down", 30_000, () => service.posts.some((post) => post.status === 429));
  const [victim] = await addWorkers(tenant, id, 2);
  const startedAt = Date.now();
  const besideId = await send(neighbour);
  const beside = untilSettled(neighbour, besideId, limitMs / 2).then(() => Date.now() - startedAt);
  // Not after the neighbour's: on a busy machine nothing would be left to share by then.
  await untilShared(id, 2);
  victim?.kill("SIGKILL");
  const besideMs = await beside;
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  const limitedAt = service.posts.find((post) => post.status === 429)?.at ?? 0;
  // What was under way when the answer came is not to be had back.
  const after = service.posts.filter(of("slow")).filter((post) => post.at > limitedAt + 1_000 * slack);
  const most = mostWithin(after);
  const elsewhere = other.posts.filter(of("elsewhere"));
  const elsewhereMs = (elsewhere.at(-1)?.at ?? 0) - (elsewhere[0]?.at ?? 0);
  const accepted = new Set(service.posts.filter((post) => post.accepted && of("slow")(post)).map((post) => post.token));
  report(
    "R2",
    "1,000 a minute after a 429, for that key there",
    `${bulk} by 3 workers, one killed: at most ${most} POSTs in any ${seconds(windowMs)} of ${after.length} after the 429; its ${few} elsewhere took ${seconds(elsewhereMs)}, ${few} of another key there ${seconds(besideMs)}; ledger ${JSON.stringify(ledger)}`,
  );
  expect([ledger, accepted.size]).toEqual([{ sent: bulk + few }, bulk]);
  // Two hundred may be under way, and as many more before the answer is known everywhere; the rest says something.
  expect(after.length).toBeGreaterThan(allowed(1_000));
  expect(most).toBeLessThanOrEqual(allowed(1_000));
  // At the rate they would need longer than that.
  expect(Math.max(elsewhereMs, besideMs)).toBeLessThan(((few * 60_000) / 1_000) * (isFull ? 1 : slack));
});
