import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { query } from "#lib/db.ts";
import { call } from "#tests/support/api-client.ts";
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
} from "./stage.ts";

/** What push services that refuse, slow down, break or are down do to a send. */

const limitMs = isFull ? 7_200_000 : 120_000;

let stage: Stage;
let service: PushService;
let other: PushService;
beforeAll(async () => {
  stage = await openStage(2);
  [service, other] = stage.services as [PushService, PushService];
}, 240_000);
afterEach(() => {
  service.reset();
  other.reset();
});
afterAll(() => stage?.close());

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const postsOf = (token: string) => service.posts.filter((post) => post.token === token);

test("G6: 404 and 410 are asked once", { timeout: limitMs }, async () => {
  const recipients = size(300, 10_000);
  const tenant = await newTenant(stage);
  const devices = await seedDevices(tenant, service, recipients, "g6");
  const gone = devices.filter((_, index) => index % 3 === 0);
  for (const [index, { token }] of gone.entries()) service.script({ token, answer: { status: index % 2 ? 404 : 410 } });
  const ledger = await untilSettled(tenant, await send(tenant), limitMs / 2);
  await untilSettled(tenant, await send(tenant), limitMs / 2);
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM subscription WHERE site_id = $1 AND status = 'expired' AND address_encrypted IS NULL AND p256dh IS NULL`,
    [tenant.siteId],
  );
  const most = Math.max(...gone.map(({ token }) => postsOf(token).length));
  report(
    "G6",
    "404/410",
    `${gone.length} gone: at most ${most} POST each in two sends, ${row?.count} retired without keys`,
  );
  expect([ledger, most, row?.count]).toEqual([
    { expired: gone.length, sent: recipients - gone.length },
    1,
    gone.length,
  ]);
});

test("G7: a message that is too large is refused with its size; a 413 is not tried again", {
  timeout: limitMs,
}, async () => {
  const tenant = await newTenant(stage);
  const [device] = await seedDevices(tenant, service, 1, "g7");
  const refused = await newCampaign(tenant, {
    steps: [{ content: { title: "News", message: "€".repeat(1_900) } }],
  }).catch(String);
  service.script({ token: device?.token ?? "", answer: { status: 413 } });
  const ledger = await untilSettled(tenant, await send(tenant), limitMs / 2);
  const told = /\d[\d,]* of 3,?993 bytes/.exec(refused)?.[0];
  report("G7", "payload limit", `refused at create ("${told}"); a 413 was asked ${service.posts.length} time`);
  expect(told).toBeDefined();
  expect([ledger, service.posts.length]).toEqual([{ failed: 1 }, 1]);
});

test("G8: after a 429 nothing is sent before the time that was named", { timeout: limitMs }, async () => {
  const waitMs = size(5_000, 60_000);
  const date = new Date(Date.now() + waitMs + 2_000).toUTCString();
  const told = [String(waitMs / 1000), date, undefined, "999999999"];
  // Each has a key of its own: after three in a row a key is held back altogether.
  const asked = await Promise.all(
    told.map(async (value, index) => {
      const tenant = await newTenant(stage);
      await seedDevices(tenant, service, 1, `g8-${index}`);
      service.script({
        token: `g8-${index}-0`,
        times: 1,
        answer: { status: 429, ...(value === undefined ? {} : { headers: { "retry-after": value } }) },
      });
      return { tenant, id: await send(tenant) };
    }),
  );
  const campaigns = asked.map(({ id }) => id);
  const waiting = (ids: string[]) =>
    query<{ wait: number; attempts: number }>(
      `SELECT extract(epoch FROM m.next_at - now())::int AS wait, m.attempts FROM message m
        WHERE m.campaign_id = ANY ($1::uuid[]) AND m.status = 'queued' AND m.reason = 'rate_limited' ORDER BY wait`,
      [ids],
    );
  await until("all four were told to wait", 20_000, async () => (await waiting(campaigns)).length === 4);
  // Read and ended now: whoever named no time is asked again within the minute.
  const waits = await waiting(campaigns.slice(2));
  for (const { tenant, id } of asked.slice(2)) await tenant.api.post(`/api/v1/campaigns/${id}/cancel`);
  await until("the first two came again", waitMs * 2 + 20_000, () =>
    [0, 1].every((n) => postsOf(`g8-${n}-0`).length === 2),
  );
  const early = [0, 1].map((n) => {
    const [first, second] = postsOf(`g8-${n}-0`);
    const earliest = n === 0 ? (first?.at ?? 0) + waitMs : Date.parse(date);
    return (second?.at ?? 0) - earliest;
  });
  report(
    "G8",
    "429 with Retry-After",
    `seconds: ${early[0]} ms, date: ${early[1]} ms after the time named; absent: waits ${waits[0]?.wait} s; absurd: ${waits[1]?.wait} s`,
  );
  expect(Math.min(...early)).toBeGreaterThanOrEqual(-50);
  expect(waits.map((row) => row.attempts)).toEqual([0, 0]);
  expect(waits[0]?.wait).toBeLessThanOrEqual(60);
  expect(waits[1]?.wait).toBeGreaterThan(3_400);
  expect(waits[1]?.wait).toBeLessThanOrEqual(3_600);
});

/**
 * Notes from now on every message that goes back into the queue without having lost an attempt, by reason. The ledger keeps only the
 * last state of a message; the sum of its POSTs needs all of them.
 */
async function notePutBacks(): Promise<void> {
  await query("CREATE TABLE IF NOT EXISTS put_back (message_id uuid, reason text)");
  await query(`CREATE OR REPLACE FUNCTION note_put_back() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO put_back VALUES (NEW.id, NEW.reason); RETURN NULL; END $$`);
  await query(`CREATE OR REPLACE TRIGGER note_put_back AFTER UPDATE ON message FOR EACH ROW
    WHEN (OLD.status = 'sending' AND NEW.status = 'queued' AND NEW.attempts = OLD.attempts) EXECUTE FUNCTION note_put_back()`);
}

interface Tries {
  subscription: string;
  status: string;
  reason: string | null;
  attempts: number;
  /** How often it was put back because its push service was held to be down, or had not looked at it. */
  spared: number;
}

test("G9: with 30 % random trouble every message that was accepted is sent, and none is lost", {
  timeout: limitMs,
}, async () => {
  const recipients = size(300, 10_000);
  const tenant = await newTenant(stage);
  const devices = await seedDevices(tenant, service, recipients, "g9");
  const tokens = new Map(devices.map(({ subscriptionId, token }) => [subscriptionId, token]));
  await notePutBacks();
  // A reset takes a whole HTTP/2 connection and all that is open on it: few of them are many failures.
  service.script({ answer: { fault: "reset" }, percent: 1 });
  service.script({ answer: { fault: "silence" }, percent: 4 });
  service.script({ answer: { status: 503 }, percent: 25 });
  const startedAt = Date.now();
  const id = await send(tenant);
  await until("trouble for a while", limitMs, () => Date.now() - startedAt > size(40_000, 300_000));
  service.clearScripts();
  if (isFull) await untilSettled(tenant, id, limitMs / 2);
  else await sleep(12_000);
  const rows = await query<Tries>(
    `SELECT m.subscription_id::text AS subscription, m.status::text, m.reason, m.attempts,
            (SELECT count(*)::int FROM put_back b WHERE b.message_id = m.id AND b.reason IN ('push_service_down', 'not_processed')) AS spared
       FROM message m WHERE m.campaign_id = $1`,
    [id],
  );
  const tokenOf = (row: Tries) => tokens.get(row.subscription) ?? "";
  const accepted = new Set(service.posts.filter((post) => post.accepted).map((post) => post.token));
  // What was accepted while its answer was lost is asked again: only what is given up may not be among it.
  const misjudged = rows.filter((row) => row.status === "failed" && accepted.has(tokenOf(row)));
  const counts = new Map<string, number>();
  for (const { token } of service.posts) counts.set(token, (counts.get(token) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const mostAttempts = Math.max(...rows.map((row) => row.attempts));
  // A POST costs an attempt unless the breaker says that its push service is down: then the ledger saw it put back.
  const beyond = rows.map((row) => (counts.get(tokenOf(row)) ?? 0) - row.attempts - (row.status === "sending" ? 1 : 0));
  const unexplained = rows.filter((row, index) => (beyond[index] ?? 0) > row.spared);
  const spared = beyond.reduce((sum, posts) => sum + Math.max(0, posts), 0);
  const ledger = await ledgerOf(id);
  const stray = rows.filter((row) => row.status === "failed" && row.reason !== "retries_exhausted").length;
  if (!isFull) await tenant.api.post(`/api/v1/campaigns/${id}/cancel`).catch(() => {});
  report(
    "G9",
    "30 % random trouble",
    `${recipients} recipients, at most ${mostAttempts} attempts each; ${service.posts.length} POSTs, at most ${most} to a device, of them ${spared} while the breaker was open, which cost no attempt, and ${unexplained.length} unexplained; ${accepted.size} accepted, ledger ${JSON.stringify(ledger)}`,
  );
  expect(rows).toHaveLength(recipients);
  expect(stray).toBe(0);
  expect(mostAttempts).toBeLessThanOrEqual(6);
  expect(unexplained).toEqual([]);
  expect(misjudged).toEqual([]);
  expect(accepted.size).toBeGreaterThanOrEqual(ledger.sent ?? 0);
  expect((ledger.sent ?? 0) / recipients).toBeGreaterThan(0.8);
});

test("G10: one push service down leaves the others alone and loses nothing", { timeout: limitMs }, async () => {
  const half = size(600, 10_000);
  const outageMs = size(12_000, Number(process.env.OUTAGE_MINUTES ?? 60) * 60_000);
  const [alone, tenant] = [await newTenant(stage), await newTenant(stage)];
  await seedDevices(alone, other, half, "alone");
  await seedDevices(tenant, service, half, "down");
  await seedDevices(tenant, other, half, "up");
  other.script({ answer: { delayMs: 100 } });
  const took = async (who: typeof tenant, name: string) => {
    const startedAt = Date.now();
    const id = await send(who);
    await until(
      `${name} is sent`,
      limitMs / 2,
      () => other.posts.filter((post) => post.token.startsWith(name)).length >= half,
    );
    return { id, ms: Date.now() - startedAt };
  };
  const { ms: aloneMs } = await took(alone, "alone");
  service.script({ answer: { status: 503 } });
  const { id, ms } = await took(tenant, "up");
  await sleep(outageMs);
  const failures = service.posts.length;
  const [burned] = await query<{ most: number; total: number }>(
    "SELECT max(attempts)::int AS most, sum(attempts)::int AS total FROM message WHERE campaign_id = $1 AND status <> 'sent'",
    [id],
  );
  service.clearScripts();
  const ledger = await untilSettled(tenant, id, limitMs / 2);
  report(
    "G10",
    "one push service down",
    `down for ${Math.round(outageMs / 60_000)} min; the other's ${half} took ${seconds(ms)} (${seconds(aloneMs)} alone); ${failures} POSTs to the one that was down, ${burned?.total} attempts lost in all, at most ${burned?.most} of a message; afterwards ${JSON.stringify(ledger)}`,
  );
  expect(ledger).toEqual({ sent: 2 * half });
  expect(failures).toBeLessThanOrEqual(50 + (isFull ? 60 : 5));
  expect(burned?.most).toBeLessThanOrEqual(1);
  expect(ms).toBeLessThan(aloneMs * 1.05 + 1_000 * slack);
});

test("G11: a key that is refused stops itself and removes nobody", { timeout: limitMs }, async () => {
  const recipients = size(300, 5_000);
  const tenant = await newTenant(stage);
  await seedDevices(tenant, service, recipients, "g11");
  service.script({ token: "g11-7", answer: { status: 403 } });
  const one = await untilSettled(tenant, await send(tenant), limitMs / 2);
  const before = service.posts.length;
  service.clearScripts();
  service.script({ answer: { status: 403 } });
  const id = await send(tenant);
  await until("the campaign is paused", 60_000, async () => {
    const { status } = await tenant.api.get<{ status: string }>(`/api/v1/campaigns/${id}`);
    return status === "paused";
  });
  const { statusReason } = await tenant.api.get<{ statusReason: string }>(`/api/v1/campaigns/${id}`);
  const posts = service.posts.length - before;
  const [active] = await query<{ count: number }>(
    "SELECT count(*)::int AS count FROM subscription WHERE site_id = $1 AND status = 'active'",
    [tenant.siteId],
  );
  report(
    "G11",
    "401/403 for a whole site",
    `paused after ${posts} POSTs (${statusReason}), ${recipients - (active?.count ?? 0)} subscribers removed; one wrong row: ${JSON.stringify(one)}`,
  );
  expect(one).toEqual({ failed: 1, sent: recipients - 1 });
  expect(posts).toBeLessThanOrEqual(100);
  expect([statusReason, active?.count]).toEqual(["vapid_rejected", recipients]);
});

test("G12: poisoned rows stop nobody else", { timeout: limitMs }, async () => {
  const recipients = size(100, 10_000);
  const tenant = await newTenant(stage);
  const devices = await seedDevices(tenant, service, recipients, "g12");
  const poison = [
    "p256dh = repeat('A', 87)",
    "p256dh = NULL",
    "address_encrypted = '\\x00'",
    "address_encrypted = NULL",
  ];
  for (const [index, change] of poison.entries())
    await query(`UPDATE subscription SET ${change} WHERE id = $1`, [devices[index * 20]?.subscriptionId]);
  const ledger = await untilSettled(tenant, await send(tenant), limitMs / 2);
  const marked = await query("SELECT 1 FROM subscription WHERE site_id = $1 AND status = 'invalid'", [tenant.siteId]);
  report(
    "G12",
    "poisoned rows",
    `${poison.length} of ${recipients} poisoned: ${JSON.stringify(ledger)}, ${marked.length} marked invalid`,
  );
  expect([ledger, marked.length, repeated(service.posts)]).toEqual([
    { failed: poison.length, sent: recipients - poison.length },
    poison.length,
    0,
  ]);
});

test("G15: 50 parallel creates with one Idempotency-Key make one campaign", { timeout: limitMs }, async () => {
  const tenant = await newTenant(stage);
  const { key } = await tenant.api.post<{ key: string }>(`/api/v1/workspaces/${tenant.api.workspaceId}/api-keys`, {
    name: "Test",
    ratePerMinute: 100_000,
    scopes: ["campaigns:read", "campaigns:write"],
  });
  const create = (name: string) =>
    call<{ id: string }>(`${stage.product.url}/api/v1/campaigns`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "idempotency-key": "the-same" },
      body: { name, siteId: tenant.siteId, steps: [{ content: { title: "News", message: "There is news." } }] },
    });
  const made = await Promise.all(Array.from({ length: 50 }, () => create("News")));
  const [row] = await query<{ count: number }>("SELECT count(*)::int AS count FROM campaign WHERE workspace_id = $1", [
    tenant.api.workspaceId,
  ]);
  const different = await create("Other").catch(String);
  report(
    "G15",
    "one Idempotency-Key",
    `50 creates: ${row?.count} campaign; other body: ${/: (\d{3}) /.exec(String(different))?.[1]}`,
  );
  expect([new Set(made.map(({ id }) => id)).size, row?.count]).toEqual([1, 1]);
  expect(different).toContain(": 422 ");
});
