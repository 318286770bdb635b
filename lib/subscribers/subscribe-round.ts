import "server-only";
import type { PoolClient } from "pg";
import { seal } from "#lib/crypto.ts";
import { transaction } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { type HealthColumns, HealthFacts, healthPlaceOf } from "#lib/sites/health-facts.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import { recordConsents } from "./consent.ts";
import type { Device } from "./device.ts";
import { enrolNewcomers, type Newcomer } from "./enrollments.ts";
import { maxTags, type Subscribe } from "./schema.ts";
import { erasedAmong } from "./tombstones.ts";

/** One browser's wish to be subscribed, checked as far as it goes without its rows. */
export interface Asked {
  site: PublicSite;
  input: Subscribe;
  address: { endpoint: string; origin: string; hash: Buffer };
  /** The address that the browser had before, as it says. */
  previousHash: Buffer | null;
  /** Addresses that other workers of its page's origin hold in it. */
  otherHashes: Buffer[];
  deviceHash: Buffer | null;
  vapidKeyId: string;
  device: Device & { country: string | null };
  isTest: boolean;
}

export type Taken = { subscriberId: string; subscriptionId: string; created: boolean } | "erased";

/** Another process inserted one of the addresses at this moment: all of the round is undone. */
export class Raced extends Error {}

interface Known extends HealthColumns {
  id: string;
  workspace_id: string;
  subscriber_id: string;
  status: string;
  address_hash: Buffer;
  device_hash: Buffer | null;
}

/** What becomes of a wish. */
interface Step extends Asked {
  asked: Asked;
  /** The subscription with this address, if there is one. */
  known: Known | undefined;
  formers: Known[];
  subscriptionId: string;
  subscriberId: string;
  isNewPerson: boolean;
}

/**
 * Takes in many browsers' subscriptions in one transaction, each of its statements for all of them. Those that have a row, an
 * address or a person in common come one after the other.
 *
 * @returns what became of each, in their order
 * @throws Raced
 */
export function subscribeRound(all: Asked[]): Promise<Taken[]> {
  return transaction(async (client) => {
    const taken = new Map<Asked, Taken>();
    const counts = new Counts();
    for (const asked of await findErased(client, all)) taken.set(asked, "erased");
    let left = all.filter((asked) => !taken.has(asked));
    while (left.length > 0) {
      const { steps, later } = apart(left, await findRows(client, left));
      await takeIn(client, steps, counts);
      for (const { asked, subscriberId, subscriptionId, known } of steps)
        taken.set(asked, { subscriberId, subscriptionId, created: !known });
      left = later;
    }
    await counts.write(client);
    return all.map((asked) => taken.get(asked) ?? "erased");
  });
}

/** In the order in which the browser names them. */
function formerHashes({ previousHash, otherHashes }: Asked): Buffer[] {
  return previousHash ? [previousHash, ...otherHashes] : otherHashes;
}

async function findErased(client: PoolClient, all: Asked[]): Promise<Asked[]> {
  const found: Asked[] = [];
  for (const [workspaceId, asks] of Map.groupBy(all, ({ site }) => site.workspaceId)) {
    const hashesOf = ({ address, previousHash }: Asked) => [address.hash, ...(previousHash ? [previousHash] : [])];
    const erased = await erasedAmong(client, workspaceId, asks.flatMap(hashesOf));
    if (erased.size > 0)
      found.push(...asks.filter((asked) => hashesOf(asked).some((hash) => erased.has(hash.toString("hex")))));
  }
  return found;
}

/** All rows that the wishes may be about, locked in one order. */
async function findRows(client: PoolClient, asks: Asked[]): Promise<Known[]> {
  const named = asks.flatMap((asked) =>
    [asked.address.hash, ...formerHashes(asked)].map((hash) => ({ site: asked.site, hash })),
  );
  const devices = asks.flatMap(({ site, deviceHash }) => (deviceHash === null ? [] : [{ site, hash: deviceHash }]));
  const columns = (list: typeof named) => [
    list.map(({ site }) => site.workspaceId),
    list.map(({ site }) => site.id),
    list.map(({ hash }) => hash),
  ];
  const { rows } = await client.query<Known>(
    `SELECT s.id, s.workspace_id, s.subscriber_id, s.status, s.address_hash, s.device_hash, s.site_id, s.vapid_key_id, s.origin, s.browser, s.is_test
       FROM subscription s WHERE s.id IN (
         SELECT s.id FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS a (workspace_id, site_id, hash)
           JOIN subscription s ON s.site_id = a.site_id AND s.address_hash = a.hash AND s.workspace_id = a.workspace_id
         UNION
         SELECT s.id FROM unnest($4::uuid[], $5::uuid[], $6::bytea[]) AS d (workspace_id, site_id, hash)
           JOIN subscription s ON s.site_id = d.site_id AND s.device_hash = d.hash AND s.status = 'active' AND s.workspace_id = d.workspace_id)
      ORDER BY s.id FOR UPDATE`,
    [...columns(named), ...columns(devices)],
  );
  return rows;
}

/** Those that touch nothing of each other, and those that must wait for what these leave behind. */
function apart(asks: Asked[], rows: Known[]): { steps: Step[]; later: Asked[] } {
  const byAddress = new Map(rows.map((row) => [`${row.site_id} ${row.address_hash.toString("hex")}`, row]));
  const byDevice = new Map(
    rows.flatMap((row) =>
      row.device_hash && row.status === "active" ? [[`${row.site_id} ${row.device_hash.toString("hex")}`, row]] : [],
    ),
  );
  const touched = new Set<string>();
  const steps: Step[] = [];
  const later: Asked[] = [];
  for (const asked of asks) {
    const keyOf = (hash: Buffer) => `${asked.site.id} ${hash.toString("hex")}`;
    const known = byAddress.get(keyOf(asked.address.hash));
    const named = formerHashes(asked).flatMap((hash) => byAddress.get(keyOf(hash)) ?? []);
    const device = asked.deviceHash === null ? undefined : byDevice.get(keyOf(asked.deviceHash));
    const formers = [...new Set([...named, ...(device ? [device] : [])])].filter((row) => row.id !== known?.id);
    const person = (known ?? formers[0])?.subscriber_id;
    const touches = [
      ...[asked.address.hash, ...formerHashes(asked)].map((hash) => `address ${keyOf(hash)}`),
      ...(asked.deviceHash === null ? [] : [`device ${keyOf(asked.deviceHash)}`]),
      ...[known, ...formers].flatMap((row) => (row ? [`row ${row.id}`] : [])),
      ...(person === undefined ? [] : [`person ${person}`]),
    ];
    if (touches.some((each) => touched.has(each))) later.push(asked);
    else
      steps.push({
        ...asked,
        asked,
        known,
        formers,
        subscriptionId: known?.id ?? newId(),
        subscriberId: person ?? newId(),
        isNewPerson: person === undefined,
      });
    // Also what waits keeps others behind it: they come in their order.
    for (const each of touches) touched.add(each);
  }
  return { steps, later };
}

async function takeIn(client: PoolClient, steps: Step[], counts: Counts): Promise<void> {
  // First the former ones: of a browser's addresses only one can be active.
  const formers = steps.flatMap((step) => step.formers);
  if (formers.length > 0) counts.lose(await replace(client, formers));
  await addPeople(
    client,
    steps.filter((step) => step.isNewPerson),
  );
  await renew(
    client,
    steps.filter((step) => step.known),
  );
  await addSubscriptions(
    client,
    steps.filter((step) => !step.known),
  );
  await touchPeople(
    client,
    steps.filter((step) => !step.isNewPerson),
  );
  const granted = steps.filter((step) => step.known?.status !== "active");
  await recordConsents(
    client,
    "granted",
    granted.map((step) => ({ ...step, hash: step.address.hash })),
  );
  for (const step of steps) {
    for (const former of step.formers) await moveQueued(client, former, step.subscriptionId);
    counts.take(step);
  }
}

/** The browsers' former addresses: not lost, but moved. Their keys are erased. */
async function replace(client: PoolClient, formers: Known[]): Promise<Known[]> {
  const { rows } = await client.query<Known>(
    `UPDATE subscription s SET status = 'expired', status_reason = 'replaced', status_changed_at = now(), updated_at = now(),
            address_encrypted = NULL, p256dh = NULL
       FROM unnest($1::uuid[], $2::uuid[]) AS f (workspace_id, id)
      WHERE s.workspace_id = f.workspace_id AND s.id = f.id AND s.status = 'active'
     RETURNING s.workspace_id, s.site_id, s.vapid_key_id, s.origin, s.browser, s.is_test`,
    [formers.map((row) => row.workspace_id), formers.map((row) => row.id)],
  );
  return rows;
}

async function addPeople(client: PoolClient, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  await client.query(
    `INSERT INTO subscriber (id, workspace_id, locale, timezone, country, tags, is_test, updated_at)
     SELECT r.id, r.workspace_id, r.locale, r.timezone, r.country, ARRAY(SELECT jsonb_array_elements_text(r.tags)), r.is_test, now()
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bool[])
            AS r (id, workspace_id, locale, timezone, country, tags, is_test)`,
    [...personColumns(steps), steps.map((step) => JSON.stringify([...new Set(step.input.tags)])), testColumn(steps)],
  );
}

/** What the newest device tells of the person; with a device that is no test one, nobody is a test person. */
async function touchPeople(client: PoolClient, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  await client.query(
    `UPDATE subscriber u SET last_seen_at = now(), updated_at = now(), is_active = true, is_deleted = false,
            locale = coalesce(r.locale, u.locale), timezone = coalesce(r.timezone, u.timezone),
            country = coalesce(r.country, u.country), is_test = u.is_test AND r.is_test,
            tags = (SELECT coalesce(array_agg(DISTINCT tag), '{}') FROM
                     (SELECT unnest(u.tags || ARRAY(SELECT jsonb_array_elements_text(r.tags))) AS tag LIMIT ${maxTags}) AS merged)
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bool[])
            AS r (id, workspace_id, locale, timezone, country, tags, is_test)
      WHERE u.workspace_id = r.workspace_id AND u.id = r.id`,
    [...personColumns(steps), steps.map((step) => JSON.stringify(step.input.tags ?? [])), testColumn(steps)],
  );
}

function personColumns(steps: Step[]): unknown[] {
  return [
    steps.map((step) => step.subscriberId),
    steps.map((step) => step.site.workspaceId),
    steps.map((step) => step.input.locale ?? null),
    steps.map((step) => step.input.timezone ?? null),
    steps.map((step) => step.device.country),
  ];
}

const isTestStep = (step: Step) => step.known?.is_test ?? step.isTest;
const testColumn = (steps: Step[]) => steps.map(isTestStep);

/** Subscriptions whose address is known: active again, whatever they were. */
async function renew(client: PoolClient, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  await client.query(
    `UPDATE subscription s SET address_encrypted = r.sealed, p256dh = r.p256dh, origin = r.origin, vapid_key_id = r.key_id,
            browser = coalesce(r.browser, s.browser), os = coalesce(r.os, s.os), device_type = coalesce(r.device_type, s.device_type),
            country = coalesce(r.country, s.country), status = 'active', status_reason = NULL,
            status_changed_at = CASE WHEN s.status = 'active' THEN s.status_changed_at ELSE now() END,
            device_hash = coalesce(r.device_hash, s.device_hash), failure_count = 0, last_seen_at = now(), updated_at = now()
       FROM ${deviceRows} WHERE s.workspace_id = r.workspace_id AND s.id = r.id`,
    deviceColumns(steps),
  );
}

async function addSubscriptions(client: PoolClient, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  const { rowCount } = await client.query(
    `INSERT INTO subscription (id, workspace_id, address_encrypted, p256dh, origin, vapid_key_id, browser, os, device_type, country, device_hash,
            site_id, subscriber_id, channel, address_hash, is_test, updated_at)
     SELECT r.id, r.workspace_id, r.sealed, r.p256dh, r.origin, r.key_id, r.browser, r.os, r.device_type, r.country, r.device_hash,
            n.site_id, n.subscriber_id, 'web_push', n.hash, n.is_test, now()
       FROM ${deviceRows} JOIN unnest($12::uuid[], $13::uuid[], $14::uuid[], $15::bytea[], $16::bool[])
            AS n (id, site_id, subscriber_id, hash, is_test) ON n.id = r.id
     ON CONFLICT (site_id, address_hash) DO NOTHING`,
    [
      ...deviceColumns(steps),
      steps.map((step) => step.subscriptionId),
      steps.map((step) => step.site.id),
      steps.map((step) => step.subscriberId),
      steps.map((step) => step.address.hash),
      steps.map((step) => step.isTest),
    ],
  );
  // Somebody else inserted one meanwhile: undo all of this and find theirs.
  if (rowCount !== steps.length) throw new Raced();
}

const deviceRows = `unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[])
  AS r (id, workspace_id, sealed, p256dh, origin, key_id, browser, os, device_type, country, device_hash)`;

function deviceColumns(steps: Step[]): unknown[] {
  return [
    steps.map((step) => step.subscriptionId),
    steps.map((step) => step.site.workspaceId),
    steps.map(({ subscriptionId, site, address, input }) =>
      Buffer.from(
        seal(JSON.stringify({ endpoint: address.endpoint, auth: input.subscription.keys.auth }), {
          table: "subscription",
          column: "address",
          workspaceId: site.workspaceId,
          rowId: subscriptionId,
        }),
      ),
    ),
    steps.map((step) => step.input.subscription.keys.p256dh),
    steps.map((step) => step.address.origin),
    steps.map((step) => step.vapidKeyId),
    steps.map((step) => step.device.browser),
    steps.map((step) => step.device.os),
    steps.map((step) => step.device.deviceType),
    steps.map((step) => step.device.country),
    steps.map((step) => step.deviceHash),
  ];
}

/** What waits for the former address goes to the new one, unless that is told itself already. */
async function moveQueued(client: PoolClient, former: Known, id: string): Promise<void> {
  await client.query(
    `UPDATE message m SET subscription_id = $4
      WHERE m.workspace_id = $1 AND m.subscriber_id = $2 AND m.subscription_id = $3 AND m.status = 'queued'
        AND NOT EXISTS (SELECT 1 FROM message o WHERE o.run_id = m.run_id AND o.step_index = m.step_index AND o.subscription_id = $4)`,
    [former.workspace_id, former.subscriber_id, former.id, id],
  );
}

/** What a round changes in sums that everybody writes: kept until its end, and written in one order. */
class Counts {
  readonly #facts = new HealthFacts();
  readonly #days = new Map<string, { workspaceId: string; subscribed: number; expired: number }>();
  readonly #newcomers: Newcomer[] = [];

  lose(rows: Known[]): void {
    for (const row of rows) {
      if (row.is_test || row.site_id === null) continue;
      this.#day(row.workspace_id, row.site_id).expired++;
      const place = healthPlaceOf(row.workspace_id, row);
      if (place) this.#facts.add(place, "lost", "replaced");
    }
  }

  take(step: Step): void {
    const { site, known, subscriberId } = step;
    const isTest = isTestStep(step);
    this.#countDevice(site.workspaceId, known?.status === "active" ? known : undefined, {
      site_id: site.id,
      vapid_key_id: step.vapidKeyId,
      origin: step.address.origin,
      browser: step.device.browser ?? known?.browser ?? null,
      is_test: isTest,
    });
    if (known?.status === "active" || isTest) return;
    this.#newcomers.push({ workspaceId: site.workspaceId, siteId: site.id, subscriberId });
    this.#day(site.workspaceId, site.id).subscribed++;
  }

  async write(client: PoolClient): Promise<void> {
    await enrolNewcomers(client, this.#newcomers);
    const days = [...this.#days].sort(([a], [b]) => (a < b ? -1 : 1));
    if (days.length > 0)
      await client.query(
        `INSERT INTO site_day (workspace_id, site_id, day, subscribed, expired)
         SELECT workspace_id, site_id, (now() AT TIME ZONE 'UTC')::date, subscribed, expired
           FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[]) WITH ORDINALITY AS d (workspace_id, site_id, subscribed, expired, place)
          ORDER BY place
         ON CONFLICT (site_id, day) DO UPDATE SET subscribed = site_day.subscribed + excluded.subscribed, expired = site_day.expired + excluded.expired`,
        [
          days.map(([, day]) => day.workspaceId),
          days.map(([siteId]) => siteId),
          days.map(([, day]) => day.subscribed),
          days.map(([, day]) => day.expired),
        ],
      );
    await this.#facts.write(client);
  }

  #day(workspaceId: string, siteId: string): { subscribed: number; expired: number } {
    const day = this.#days.get(siteId) ?? { workspaceId, subscribed: 0, expired: 0 };
    this.#days.set(siteId, day);
    return day;
  }

  /** A device that begins to be reached, or that is reached another way from now on: another key pair or push service. */
  #countDevice(workspaceId: string, before: HealthColumns | undefined, after: HealthColumns): void {
    const [from, to] = [before && healthPlaceOf(workspaceId, before), healthPlaceOf(workspaceId, after)];
    const isSame =
      from && to && from.vapidKeyId === to.vapidKeyId && from.origin === to.origin && from.browser === to.browser;
    if (isSame) return;
    if (from) this.#facts.add(from, "lost", "replaced");
    if (to) this.#facts.add(to, "subscribed");
  }
}
