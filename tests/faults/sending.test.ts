import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { query } from "#lib/db.ts";
import { subscriptionToken } from "#lib/subscribers/tokens.ts";
import { isAlive } from "#scripts/processes.mjs";
import type { Part } from "#tests/support/product.ts";
import type { PushService } from "#tests/support/push-service.ts";
import {
  isFull,
  ledgerOf,
  newCampaign,
  newTenant,
  openStage,
  repeated,
  report,
  type Stage,
  seedDevices,
  send,
  size,
  slack,
  until,
  untilSettled,
  visibleTwice,
} from "./stage.ts";

/** What a kill, a stop and a person's change of mind do to a send that is under way. */

const limitMs = isFull ? 3_600_000 : 120_000;
/** Of one worker: claimed without a recorded outcome. */
const window = 500;

let stage: Stage;
let service: PushService;
beforeAll(async () => {
  stage = await openStage(1);
  [service] = stage.services as [PushService];
}, 240_000);
afterEach(() => service.reset());
afterAll(() => stage?.close());

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

async function untilBack(part: Part, former: number | undefined): Promise<void> {
  await until(`${part} is back`, 120_000, () => {
    const pid = stage.product.pids[part];
    return pid !== undefined && pid !== former && isAlive(pid);
  });
  await stage.product.untilReady(120_000);
}

async function kill(part: Part): Promise<void> {
  const former = stage.product.pids[part];
  await stage.product.kill(part);
  await untilBack(part, former);
}

test("G2: a killed fan-out goes on where it was", { timeout: limitMs }, async () => {
  const recipients = size(1_500, 10_000);
  const kills = size(3, 20);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "g2");
  service.script({ answer: { delayMs: isFull ? 2_000 : 1_000 } });
  const id = await send(tenant);
  await service.waitForAccepted(50, 30_000);
  const startedAt = Date.now();
  for (let count = 0; count < kills; count++) {
    await kill((["worker", "inngest", "worker", "worker", "web"] as const)[count % 5] ?? "worker");
    const seen = service.posts.length;
    await until(
      "it sends again",
      60_000 * slack,
      () => service.posts.length > seen || service.posts.length >= recipients,
    );
    await sleep(Math.random() * 1_000);
  }
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  const distinct = new Set(service.posts.map((post) => post.token)).size;
  report(
    "G2",
    "a killed fan-out resumes",
    `${recipients} recipients, ${kills} kills: lost ${recipients - distinct}, visible duplicates ${visibleTwice(service.posts)}, repeated POSTs ${repeated(service.posts)}; done ${seconds(Date.now() - startedAt)} after the first`,
  );
  expect([ledger, distinct]).toEqual([{ sent: recipients }, recipients]);
  expect(visibleTwice(service.posts)).toBe(0);
  expect(repeated(service.posts)).toBeLessThanOrEqual(window * kills);
});

test("G1: no scheduled send is lost, whoever is killed and whatever the queue forgets", {
  timeout: limitMs,
}, async () => {
  const campaigns = size(40, 1_000);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, 1, "g1");
  const ids: string[] = [];
  const lane = async (count: number) => {
    for (let index = 0; index < count; index++) ids.push(await newCampaign(tenant));
  };
  await Promise.all(Array.from({ length: 4 }, () => lane(campaigns / 4)));
  const firstDue = Date.now() + size(12_000, 60_000);
  for (const [index, id] of ids.entries())
    await tenant.api.post(`/api/v1/campaigns/${id}/schedule`, {
      at: new Date(firstDue + (index * size(5_000, 60_000)) / campaigns).toISOString(),
    });
  const wiped = stage.product.pids.inngest;
  await stage.product.kill("inngest");
  await query("DROP SCHEMA inngest_local CASCADE");
  await untilBack("inngest", wiped);
  while (Date.now() < firstDue) await sleep(50);
  for (const part of isFull
    ? (["worker", "web", "inngest", "worker", "inngest"] as const)
    : (["worker", "web"] as const))
    await kill(part);
  const recoveredAt = Date.now();
  await until("all are completed", limitMs / 2, async () => {
    const [row] = await query<{ open: number }>(
      "SELECT count(*)::int AS open FROM campaign WHERE workspace_id = $1 AND status <> 'completed'",
      [tenant.api.workspaceId],
    );
    return row?.open === 0;
  });
  const due = new Map(
    (
      await query<{ id: string; campaign_id: string; due_at: Date }>(
        "SELECT id, campaign_id, due_at FROM run WHERE workspace_id = $1",
        [tenant.api.workspaceId],
      )
    ).map((run) => [run.campaign_id, run.due_at.getTime()]),
  );
  const firedAt = await query<{ campaign_id: string; sent_at: Date }>(
    "SELECT campaign_id, sent_at FROM message WHERE workspace_id = $1 AND status = 'sent'",
    [tenant.api.workspaceId],
  );
  const late = firedAt
    .map((row) => row.sent_at.getTime() - Math.max(recoveredAt, due.get(row.campaign_id) ?? 0))
    .sort((a, b) => a - b);
  const p99 = late[Math.floor(late.length * 0.99)] ?? 0;
  const topics = new Set(service.posts.map((post) => post.topic)).size;
  report(
    "G1",
    "no scheduled send is lost",
    `${topics} of ${campaigns} fired, ${visibleTwice(service.posts) - (topics - 1)} twice, repeated POSTs ${service.posts.length - topics}, p99 ${seconds(Math.max(0, p99))} late after recovery`,
  );
  expect([topics, firedAt.length]).toEqual([campaigns, campaigns]);
  expect(p99).toBeLessThan(60_000 * slack);
});

test("G3: a deploy in the middle of a send", { timeout: limitMs }, async () => {
  const recipients = size(1_500, 10_000);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "g3");
  service.script({ answer: { delayMs: 1_000 } });
  const id = await send(tenant);
  await service.waitForAccepted(recipients / 5, 60_000);
  const pid = stage.product.pids.worker ?? 0;
  process.kill(pid, "SIGTERM");
  const toldAt = Date.now();
  await until("the worker ends", 60_000, () => !isAlive(pid));
  const exitMs = Date.now() - toldAt;
  await untilBack("worker", pid);
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  report(
    "G3",
    "a deploy (SIGTERM) mid-send",
    `${recipients} recipients: lost ${recipients - (ledger.sent ?? 0)}, repeated POSTs ${repeated(service.posts)}, exit after ${seconds(exitMs)}`,
  );
  expect(ledger).toEqual({ sent: recipients });
  expect(repeated(service.posts)).toBe(0);
  expect(exitMs).toBeLessThan(25_000);
});

test("G4: PostgreSQL restarts in the middle of a send", { timeout: limitMs }, async () => {
  const recipients = size(2_000, 20_000);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "g4");
  service.script({ answer: { delayMs: 1_000 } });
  const id = await send(tenant);
  await service.waitForAccepted(recipients / 5, 60_000);
  const before = stage.product.pids;
  process.kill(before.postgres ?? 0, "SIGQUIT");
  let slowestMs = 0;
  const statuses = new Set<number>();
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      const status = await tenant.api.get("/api/v1/campaigns").then(
        () => 200,
        (error: Error) => Number(/: (\d{3}) /.exec(error.message)?.[1] ?? 0),
      );
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      statuses.add(status);
      await sleep(50);
    }
  })();
  await until("PostgreSQL is away", 30_000, () =>
    query("SELECT 1").then(
      () => false,
      () => true,
    ),
  );
  await until("PostgreSQL accepts", 60_000, async () => (await query("SELECT 1")).length === 1);
  const acceptedAt = Date.now();
  await until("it sends again", 60_000 * slack, () => service.posts.some((post) => post.at > acceptedAt + 20));
  const againMs = Date.now() - acceptedAt;
  isOver = true;
  await asking;
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  report(
    "G4",
    "PostgreSQL restarts mid-send",
    `${recipients} recipients: lost ${recipients - (ledger.sent ?? 0)}, sending again ${seconds(againMs)} after it accepts, repeated POSTs ${repeated(service.posts)}, visible duplicates ${visibleTwice(service.posts)}; API answered ${[...statuses].join(" and ")}, the slowest after ${seconds(slowestMs)}`,
  );
  expect(ledger).toEqual({ sent: recipients });
  expect(visibleTwice(service.posts)).toBe(0);
  expect(againMs).toBeLessThan(15_000 * slack);
  expect(slowestMs).toBeLessThan(15_000);
  expect([...statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
  expect([stage.product.pids.worker, stage.product.pids.web]).toEqual([before.worker, before.web]);
});

test("G13: pause stops a send, resume sends the rest, cancel ends it", { timeout: limitMs }, async () => {
  const recipients = size(3_000, 50_000);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "g13");
  service.script({ answer: { delayMs: 300 } });
  const id = await send(tenant);
  const stop = async (share: number, how: "pause" | "cancel") => {
    await until(`${share * 100} % are sent`, limitMs / 3, () => service.posts.length >= recipients * share);
    await tenant.api.post(`/api/v1/campaigns/${id}/${how}`);
    const stoppedAt = Date.now();
    await sleep(4_000);
    return Math.max(0, ...service.posts.map((post) => post.at - stoppedAt));
  };
  const pauseMs = await stop(0.3, "pause");
  await tenant.api.post(`/api/v1/campaigns/${id}/resume`);
  const cancelMs = await stop(0.6, "cancel");
  await until("what is left is cancelled", 30_000, async () => {
    const { queued, sending } = await ledgerOf(id);
    return queued === undefined && sending === undefined;
  });
  const ledger = await ledgerOf(id);
  report(
    "G13",
    "cancel or pause mid-send",
    `${recipients} recipients: last POST ${seconds(pauseMs)} after the pause and ${seconds(cancelMs)} after the cancel; repeated POSTs ${repeated(service.posts)}, ledger ${JSON.stringify(ledger)}`,
  );
  expect(Math.max(pauseMs, cancelMs)).toBeLessThan(2_000 * slack);
  expect(repeated(service.posts)).toBe(0);
  expect(ledger).toEqual({ sent: service.posts.length, cancelled: recipients - service.posts.length });
});

test("G14: who unsubscribes in the middle of a send gets nothing more", { timeout: limitMs }, async () => {
  const recipients = size(1_500, 10_000);
  const tenant = await newTenant(stage);
  const devices = await seedDevices(tenant, service, recipients, "g14");
  service.script({ answer: { delayMs: 1_000 } });
  const id = await send(tenant);
  const leftAt = new Map<string, number>();
  for (let round = 0; round < 5; round++) {
    await service.waitForAccepted((recipients / 8) * (round + 1), limitMs / 3);
    const told = new Set(service.posts.map((post) => post.token));
    // Among them the next ones to be sent: claimed, not begun.
    const leaving = devices.filter(({ token }) => !told.has(token) && !leftAt.has(token)).slice(0, 40);
    for (const { subscriptionId, token } of leaving.filter((_, index) => index % 4 === 0)) {
      const answer = await fetch(`${stage.product.url}/api/sdk/v1/subscriptions/unsubscribe`, {
        method: "POST",
        headers: {
          origin: "https://shop.example",
          authorization: `Bearer ${subscriptionToken(subscriptionId)}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ siteId: tenant.siteId }),
      });
      expect(answer.ok, await answer.text()).toBe(true);
      leftAt.set(token, Date.now());
    }
  }
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  const lateMs = service.posts.map((post) => post.at - (leftAt.get(post.token) ?? Number.POSITIVE_INFINITY));
  const latest = Math.max(0, ...lateMs.filter(Number.isFinite));
  report(
    "G14",
    "unsubscribe mid-send",
    `${leftAt.size} of ${recipients} left: ${ledger.skipped ?? 0} skipped, latest POST to one of them ${seconds(latest)} after it`,
  );
  expect(latest).toBeLessThan(1_000 * slack);
  expect((ledger.sent ?? 0) + (ledger.skipped ?? 0)).toBe(recipients);
});

test("G23: a big send does not hold up a small tenant's", { timeout: limitMs }, async () => {
  const [big, small] = [await newTenant(stage), await newTenant(stage)];
  const few = size(200, 1_000);
  await seedDevices(big, service, size(20_000, 1_000_000), "big");
  await seedDevices(small, service, few, "small");
  service.script({ answer: { delayMs: 50 } });
  const take = async () => {
    const from = service.posts.length;
    const startedAt = Date.now();
    await send(small);
    const smallPosts = () => service.posts.slice(from).filter((post) => post.token.startsWith("small-")).length;
    await until("the small one is sent", 120_000, () => smallPosts() >= few);
    return Date.now() - startedAt;
  };
  const aloneMs = await take();
  const bigId = await send(big);
  await until("the big one goes", 60_000, () => service.posts.some((post) => post.token.startsWith("big-")));
  const besideMs = await take();
  const bigLedger = await ledgerOf(bigId);
  await big.api.post(`/api/v1/campaigns/${bigId}/cancel`);
  report(
    "G23",
    "one tenant's million does not hold up another's thousand",
    `${few} messages in ${seconds(aloneMs)} alone, in ${seconds(besideMs)} beside ${size(20_000, 1_000_000)} (${bigLedger.sent ?? 0} of them sent then)`,
  );
  expect(besideMs - aloneMs).toBeLessThan(5_000 * slack);
});
