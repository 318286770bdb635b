import { createECDH, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { addressHash, seal } from "#lib/crypto.ts";
import { closeDatabase, query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { type ApiClient, registerAt } from "#tests/support/api-client.ts";
import { type Product, startProduct } from "#tests/support/product.ts";
import { type PushPost, type PushService, startPushService } from "#tests/support/push-service.ts";

/** `npm run faults` runs everything at the size that the promises name; `npm test` a short version. */
export const isFull = process.env.FAULTS === "full";
/** Machines that run tests are busy: in the short version times may be three times as long. */
export const slack = isFull ? 1 : 3;
export const size = (short: number, full: number) => (isFull ? full : short);

/** The running product, with push services that it may send to. */
export interface Stage {
  product: Product;
  services: PushService[];
  /** What a process beside the product needs to send to the push services. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Starts the product, and makes lib's own modules of this process see its database and secrets.
 *
 * @param kept data that outlives the stage, and the port of the push service that its devices name
 */
export async function openStage(serviceCount: number, kept?: { dataDir: string; pushPort: number }): Promise<Stage> {
  const services = await Promise.all(
    Array.from({ length: serviceCount }, () =>
      startPushService({ record: "headers", checkVapid: true, ...(kept && { port: kept.pushPort }) }),
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), "pushpilot-faults-"));
  const caPath = join(folder, "ca.pem");
  writeFileSync(caPath, services.map(({ ca }) => ca).join("\n"));
  const env = { EXTRA_PUSH_HOSTS: services.map(({ host }) => host).join(","), NODE_EXTRA_CA_CERTS: caPath };
  const product = await startProduct({
    ...(kept && { dataDir: kept.dataDir }),
    env: { ...env, RATE_LIMIT_SCALE: "1000" },
  });
  const secrets: Record<string, string> = JSON.parse(readFileSync(join(product.dataDir, "secrets.json"), "utf8"));
  Object.assign(process.env, secrets, { DATABASE_URL: product.databaseUrl, DATA_DIR: product.dataDir });
  return {
    product,
    services,
    env,
    async close() {
      await closeDatabase();
      await product.stop();
      await Promise.all(services.map((service) => service.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A workspace of its own with one site. */
export interface Tenant {
  api: ApiClient;
  siteId: string;
}

export async function newTenant({ product }: Stage): Promise<Tenant> {
  const api = await registerAt(product.url);
  const { id } = await api.post<{ id: string }>("/api/v1/sites", { name: "Shop", url: "https://shop.example" });
  return { api, siteId: id };
}

export interface SeededDevice {
  subscriptionId: string;
  token: string;
}

const pageSize = 5_000;
/** Keys are made for so many browsers and used in turn: a pair costs more than a row. */
const browsers = Array.from({ length: 100 }, () => {
  const pair = createECDH("prime256v1");
  return { p256dh: pair.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
});

/** Writes subscribers with a device each, sealed and hashed as the product stores them. */
export async function seedDevices(tenant: Tenant, service: PushService, count: number, name: string) {
  const { workspaceId } = tenant.api;
  const [key] = await query<{ id: string }>("SELECT id FROM vapid_key WHERE site_id = $1", [tenant.siteId]);
  const devices: SeededDevice[] = [];
  for (let from = 0; from < count; from += pageSize) {
    const rows = Array.from({ length: Math.min(pageSize, count - from) }, (_, offset) => {
      const token = `${name}-${from + offset}`;
      const { p256dh, auth } = browsers[offset % browsers.length] ?? { p256dh: "", auth: "" };
      return { id: newId(), subscriberId: newId(), token, endpoint: service.endpoint(token), p256dh, auth };
    });
    await query(
      "INSERT INTO subscriber (id, workspace_id, name, updated_at) SELECT id, $1, 'Person', now() FROM unnest($2::uuid[]) AS r (id)",
      [workspaceId, rows.map((row) => row.subscriberId)],
    );
    const place = { table: "subscription", column: "address", workspaceId };
    await query(
      `INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, address_encrypted, p256dh, origin, vapid_key_id, updated_at)
       SELECT r.id, $1, r.subscriber_id, $2, 'web_push', r.hash, r.sealed, r.p256dh, $3, $4, now()
         FROM unnest($5::uuid[], $6::uuid[], $7::bytea[], $8::bytea[], $9::text[]) AS r (id, subscriber_id, hash, sealed, p256dh)`,
      [
        workspaceId,
        tenant.siteId,
        service.origin,
        key?.id,
        rows.map((row) => row.id),
        rows.map((row) => row.subscriberId),
        rows.map((row) => Buffer.from(addressHash(row.endpoint))),
        rows.map(({ id, endpoint, auth }) =>
          Buffer.from(seal(JSON.stringify({ endpoint, auth }), { ...place, rowId: id })),
        ),
        rows.map((row) => row.p256dh),
      ],
    );
    devices.push(...rows.map(({ id, token }) => ({ subscriptionId: id, token })));
  }
  await query("ANALYZE subscription, subscriber");
  return devices;
}

/** A draft to everybody on the tenant's site. @returns its id */
export async function newCampaign({ api, siteId }: Tenant, more: object = {}): Promise<string> {
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "News",
    siteId,
    steps: [{ content: { title: "News", message: "There is news." } }],
    ...more,
  });
  return id;
}

export async function send(tenant: Tenant, more: object = {}): Promise<string> {
  const id = await newCampaign(tenant, more);
  await tenant.api.post(`/api/v1/campaigns/${id}/send`);
  return id;
}

/** Asks until the answer is true; faults on the way count as "not yet". */
export async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (
      await Promise.resolve()
        .then(isSo)
        .catch(() => false)
    )
      return;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}

/** Messages of a campaign by state, as the ledger has them. */
export async function ledgerOf(campaignId: string): Promise<Record<string, number>> {
  const rows = await query<{ status: string; count: number }>(
    "SELECT status::text, count(*)::int AS count FROM message WHERE campaign_id = $1 AND NOT is_test GROUP BY 1",
    [campaignId],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.count]));
}

/**
 * Waits until nothing of a campaign is left to do, compares the API's counters with the ledger, to the message, and looks for
 * what the queue has left.
 */
export async function untilSettled({ api }: Tenant, id: string, timeoutMs: number): Promise<Record<string, number>> {
  let seen = {};
  await until(`campaign ${id} settles`, timeoutMs, async () => {
    seen = await ledgerOf(id);
    return (await api.get<{ status: string }>(`/api/v1/campaigns/${id}`)).status === "completed";
  }).catch(async (error: Error) => {
    const [run] = await query("SELECT * FROM run WHERE campaign_id = $1", [id]);
    throw new Error(`${error.message}: ${JSON.stringify({ seen, run })}`);
  });
  const ledger = await ledgerOf(id);
  const counters = await api.get<Record<string, number>>(`/api/v1/campaigns/${id}/performance`);
  const told = Object.fromEntries(Object.keys(ledger).map((status) => [status, counters[status]]));
  const recipients = Object.values(ledger).reduce((sum, count) => sum + count, 0);
  if (JSON.stringify(told) !== JSON.stringify(ledger) || counters.recipients !== recipients)
    throw new Error(`counters ${JSON.stringify(counters)}, ledger ${JSON.stringify(ledger)}`);
  const left = await query("SELECT q.* FROM message_queue q JOIN run r ON r.id = q.run_id WHERE r.campaign_id = $1", [
    id,
  ]);
  if (left.length > 0) throw new Error(`still in the queue: ${JSON.stringify(left)}`);
  return ledger;
}

/** How many POSTs came beyond the first to each device. */
export function repeated(posts: readonly PushPost[]): number {
  return posts.length - new Set(posts.map((post) => post.token)).size;
}

/** Repeats that a person would see: the same device was told under two topics. */
export function visibleTwice(posts: readonly PushPost[]): number {
  return (
    new Set(posts.map((post) => `${post.token} ${post.topic}`)).size - new Set(posts.map((post) => post.token)).size
  );
}

const table = resolve(import.meta.dirname, "..", "..", "docs", "guarantees.md");
const head = `# Guarantees

What is promised of sending, and what was measured when the faults were injected for real into the running product: kills
(SIGKILL) of its processes, PostgreSQL stopped at once, push services that break. What arrived is counted by the push
service, not by the product. \`npm run faults\` measures anew and writes this table; \`npm test\` runs smaller versions.

| | promise | measured | on |
|---|---|---|---|
`;

/** Prints a promise's numbers; at full size they go into docs/guarantees.md, once the test has found the promise kept. */
export function report(name: string, promise: string, measured: string): void {
  console.log(`${name} ${promise}: ${measured}`);
  if (isFull)
    onTestFinished(({ task }) => {
      if (task.result?.state !== "fail") writeDown(name, promise, measured);
    });
}

function writeDown(name: string, promise: string, measured: string): void {
  const old = existsSync(table) ? readFileSync(table, "utf8").split("\n") : [];
  const rows = new Map(
    old.flatMap((line) => (/^\| ([GR]\d+) \|/.exec(line)?.[1] ? [[line.split(" ")[1] ?? "", line]] : [])),
  );
  rows.set(name, `| ${name} | ${promise} | ${measured} | ${new Date().toISOString().slice(0, 10)} |`);
  const place = (name: string) => Number(name.slice(1)) + (name.startsWith("R") ? 1_000 : 0);
  const sorted = [...rows].sort(([a], [b]) => place(a) - place(b)).map(([, line]) => line);
  writeFileSync(table, `${head}${sorted.join("\n")}\n`);
}
