import "server-only";
import type { PoolClient } from "pg";
import { addressHash, seal } from "#lib/crypto.ts";
import { keysOnly } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { phoneAddress } from "#lib/subscribers/phone.ts";
import { maxTags } from "#lib/subscribers/schema.ts";
import { erasedAmong, externalIdHash } from "#lib/subscribers/tombstones.ts";
import { addToGroups } from "./groups.ts";
import type { ImportedDevice, ImportedPerson } from "./row.ts";
import type { ImportMapping, RowError } from "./schema.ts";

/** How many rows of each outcome. */
export interface Taken {
  created: number;
  updated: number;
  duplicates: number;
  erased: number;
  problems: RowError[];
}

export interface TakeIn {
  workspaceId: string;
  importId: string;
  mapping: ImportMapping;
  isDryRun: boolean;
}

interface Address {
  hash: Buffer;
  kind: "web_push" | "whatsapp";
}

interface Candidate {
  person: ImportedPerson;
  /** By which the same person and device is met again in this file. */
  rowHash: Buffer;
  /** By which the same person is. */
  personHash: Buffer;
  tombstones: Buffer[];
  addresses: Address[];
  subscriberId: string;
}

/**
 * Takes people into the workspace in the caller's transaction, with a handful of statements for all of them. Nobody who
 * opted out, unsubscribed or was erased is brought back: known devices stay as they are.
 */
export async function takeIn(client: PoolClient, plan: TakeIn, people: ImportedPerson[]): Promise<Taken> {
  await client.query(keysOnly);
  const taken: Taken = { created: 0, updated: 0, duplicates: 0, erased: 0, problems: [] };
  const keys = await siteKeys(client, plan);
  const usable = people.filter((person) => {
    const key = person.device?.vapidPublicKey;
    if (!person.device || !key || keys.byPublicKey.has(key)) return true;
    taken.problems.push({
      row: person.row,
      column: null,
      message: "The site has no key pair with this VAPID public key.",
    });
    return false;
  });
  const fresh = await withoutDuplicates(
    client,
    plan,
    usable.map((person) => candidateOf(plan.workspaceId, person)),
  );
  taken.duplicates = usable.length - fresh.length;
  const erased = await erasedAmong(
    client,
    plan.workspaceId,
    fresh.flatMap(({ tombstones }) => tombstones),
  );
  const left = fresh.filter(({ tombstones }) => !tombstones.some((hash) => erased.has(hash.toString("hex"))));
  taken.erased = fresh.length - left.length;

  const { known, addresses } = await findKnown(client, plan, left);
  const met = await markMet(client, plan, left);
  for (const each of left) {
    const isKnown = known.has(each) || met.has(each);
    taken[isKnown ? "updated" : "created"] += 1;
  }
  if (plan.isDryRun || left.length === 0) return taken;
  await writePeople(client, plan, left, known);
  await writeDevices(client, plan, left, keys, addresses);
  const members = left.map(({ person, subscriberId }) => ({ subscriberId, groups: person.groups }));
  await addToGroups(client, plan.workspaceId, members);
  return taken;
}

function candidateOf(workspaceId: string, person: ImportedPerson): Candidate {
  const { externalId, phone, device } = person;
  const hashOf = (text: string) => Buffer.from(addressHash(text)).subarray(0, 16);
  const addresses: Address[] = [];
  if (device) addresses.push({ kind: "web_push", hash: Buffer.from(addressHash(device.endpoint)) });
  if (phone) addresses.push({ kind: "whatsapp", hash: Buffer.from(addressHash(phone)) });
  return {
    person,
    rowHash: hashOf(JSON.stringify(["row", externalId, phone, device?.endpoint ?? null])),
    personHash: hashOf(JSON.stringify(["person", externalId ?? phone ?? device?.endpoint])),
    tombstones: [
      ...(externalId ? [externalIdHash(workspaceId, externalId)] : []),
      ...addresses.map(({ hash }) => hash),
    ],
    addresses,
    subscriberId: newId(),
  };
}

/** Without those whom this file named before. What is remembered for it goes when the import ends. */
async function withoutDuplicates(client: PoolClient, plan: TakeIn, all: Candidate[]): Promise<Candidate[]> {
  const byHash = new Map<string, Candidate>();
  for (const each of all) if (!byHash.has(each.rowHash.toString("hex"))) byHash.set(each.rowHash.toString("hex"), each);
  const added = await remember(
    client,
    plan,
    [...byHash.values()].map(({ rowHash }) => rowHash),
  );
  return [...byHash].flatMap(([hash, each]) => (added.has(hash) ? [each] : []));
}

/** Those whose person this file named before, with another device. */
async function markMet(client: PoolClient, plan: TakeIn, all: Candidate[]): Promise<Set<Candidate>> {
  const added = await remember(
    client,
    plan,
    all.map(({ personHash }) => personHash),
  );
  const met = new Set<Candidate>();
  for (const each of all) if (!added.delete(each.personHash.toString("hex"))) met.add(each);
  return met;
}

/** @returns the new ones among the hashes, in hexadecimal */
async function remember(client: PoolClient, plan: TakeIn, hashes: Buffer[]): Promise<Set<string>> {
  const { rows } = await client.query<{ hash: string }>(
    `INSERT INTO import_key (import_id, key_hash) SELECT DISTINCT $1::uuid, hash FROM unnest($2::bytea[]) AS hash
     ON CONFLICT DO NOTHING RETURNING encode(key_hash, 'hex') AS hash`,
    [plan.importId, hashes],
  );
  return new Set(rows.map(({ hash }) => hash));
}

/**
 * Whom the workspace knows already, and which addresses (their hashes, hexadecimal); each candidate is given the id that
 * the person has.
 */
async function findKnown(
  client: PoolClient,
  plan: TakeIn,
  all: Candidate[],
): Promise<{ known: Set<Candidate>; addresses: Set<string> }> {
  // One look by key for each: while the statistics lag behind an import that fills the table, a look for all of them at
  // once reads the whole workspace.
  const { rows: named } = await client.query<{ id: string; external_id: string }>(
    `SELECT u.id, given.external_id FROM unnest($2::text[]) AS given (external_id)
      CROSS JOIN LATERAL (SELECT id FROM subscriber WHERE workspace_id = $1 AND external_id = given.external_id LIMIT 1) AS u`,
    [plan.workspaceId, all.flatMap(({ person }) => person.externalId ?? [])],
  );
  const { rows: addressed } = await client.query<{ hash: string; subscriber_id: string; is_named: boolean }>(
    `SELECT encode(given.hash, 'hex') AS hash, s.subscriber_id, u.external_id IS NOT NULL AS is_named
       FROM unnest($3::bytea[]) AS given (hash)
      CROSS JOIN LATERAL (
         (SELECT subscriber_id FROM subscription WHERE workspace_id = $1 AND site_id = $2 AND address_hash = given.hash LIMIT 1)
          UNION ALL
         (SELECT subscriber_id FROM subscription
           WHERE workspace_id = $1 AND site_id IS NULL AND channel = 'whatsapp' AND address_hash = given.hash LIMIT 1)) AS s
       JOIN subscriber u ON u.workspace_id = $1 AND u.id = s.subscriber_id`,
    [plan.workspaceId, plan.mapping.siteId, all.flatMap(({ addresses }) => addresses.map(({ hash }) => hash))],
  );
  const byExternalId = new Map(named.map(({ id, external_id }) => [external_id, id]));
  const byAddress = new Map(addressed.map(({ hash, ...owner }) => [hash, owner]));
  const addresses = new Set(byAddress.keys());
  const known = new Set<Candidate>();
  for (const each of all) {
    const { externalId } = each.person;
    // A device of somebody nameless tells who the name belongs to; one of somebody else does not.
    const owner = each.addresses
      .map(({ hash }) => byAddress.get(hash.toString("hex")))
      .find((found) => found !== undefined && !(externalId && found.is_named));
    const id = (externalId ? byExternalId.get(externalId) : undefined) ?? owner?.subscriber_id;
    if (id !== undefined) {
      each.subscriberId = id;
      known.add(each);
    }
    // The next row of the same person in this piece finds this one.
    if (externalId) byExternalId.set(externalId, each.subscriberId);
    const mine = { subscriber_id: each.subscriberId, is_named: externalId !== null };
    for (const { hash } of each.addresses) byAddress.set(hash.toString("hex"), mine);
  }
  return { known, addresses };
}

async function writePeople(client: PoolClient, plan: TakeIn, all: Candidate[], known: Set<Candidate>): Promise<void> {
  const added = all.filter((each) => !known.has(each));
  const { rows } = await client.query<{ id: string; external_id: string | null }>(
    `INSERT INTO subscriber AS u (id, workspace_id, external_id, name, locale, timezone, country, tags, attributes, created_at, last_seen_at, updated_at)
     SELECT id, $1, external_id, name, locale, timezone, country, ARRAY(SELECT jsonb_array_elements_text(tags)), attributes,
            coalesce(created_at, now()), coalesce(created_at, now()), now()
       FROM ${given("$2")}
     ON CONFLICT (workspace_id, external_id) DO UPDATE SET ${merged("excluded.name", "excluded.locale", "excluded.timezone", "excluded.country", "excluded.tags", "excluded.attributes")}
     RETURNING id, external_id`,
    [plan.workspaceId, ...givenValues(added)],
  );
  // Somebody else may have made the same person between the look and the write.
  const ids = new Map(rows.flatMap(({ id, external_id }) => (external_id ? [[external_id, id] as const] : [])));
  for (const each of all) {
    const id = each.person.externalId ? ids.get(each.person.externalId) : undefined;
    if (id !== undefined) each.subscriberId = id;
  }
  const changed = new Map<string, Candidate>();
  for (const each of all) {
    if (!known.has(each)) continue;
    const before = changed.get(each.subscriberId);
    changed.set(each.subscriberId, before ? { ...each, person: together(before.person, each.person) } : each);
  }
  const newTags = "ARRAY(SELECT jsonb_array_elements_text(g.tags))";
  // Who is as the file says stays unwritten: a row that changes costs each of the table's indexes an entry.
  await client.query(
    `UPDATE subscriber u SET external_id = coalesce(u.external_id, g.external_id), ${merged("g.name", "g.locale", "g.timezone", "g.country", newTags, "g.attributes")}
       FROM ${given("$2")} WHERE u.workspace_id = $1 AND u.id = g.id
        AND (u.is_deleted OR u.external_id IS NULL AND g.external_id IS NOT NULL
             OR (u.name, u.locale, u.timezone, u.country) IS DISTINCT FROM
                (coalesce(g.name, u.name), coalesce(g.locale, u.locale), coalesce(g.timezone, u.timezone), coalesce(g.country, u.country))
             OR u.attributes IS DISTINCT FROM u.attributes || g.attributes OR NOT u.tags @> ${newTags})`,
    [plan.workspaceId, ...givenValues([...changed.values()])],
  );
}

/** Rows `g` of people, from the parameters that `givenValues` makes. */
function given(first: "$2"): string {
  const at = (offset: number) => `$${Number(first.slice(1)) + offset}`;
  return `unnest(${at(0)}::uuid[], ${at(1)}::text[], ${at(2)}::text[], ${at(3)}::text[], ${at(4)}::text[], ${at(5)}::text[], ${at(6)}::jsonb[], ${at(7)}::jsonb[], ${at(8)}::timestamptz[])
    AS g (id, external_id, name, locale, timezone, country, tags, attributes, created_at)`;
}

function givenValues(all: Candidate[]): unknown[] {
  const people = all.map(({ person }) => person);
  return [
    all.map(({ subscriberId }) => subscriberId),
    people.map(({ externalId }) => externalId),
    people.map(({ name }) => name),
    people.map(({ locale }) => locale),
    people.map(({ timezone }) => timezone),
    people.map(({ country }) => country),
    people.map(({ tags }) => JSON.stringify(tags)),
    people.map(({ attributes }) => JSON.stringify(attributes)),
    people.map(({ subscribedAt }) => subscribedAt),
  ];
}

/** What a file says wins; what it does not say stays. A deleted person is shown again, an opted-out one stays so. */
function merged(
  name: string,
  locale: string,
  timezone: string,
  country: string,
  tags: string,
  attributes: string,
): string {
  return `name = coalesce(${name}, u.name), locale = coalesce(${locale}, u.locale), timezone = coalesce(${timezone}, u.timezone),
    country = coalesce(${country}, u.country), attributes = u.attributes || ${attributes}, is_deleted = false, updated_at = now(),
    tags = CASE WHEN u.tags @> ${tags} THEN u.tags
                ELSE ARRAY(SELECT DISTINCT tag FROM unnest(u.tags || ${tags}) AS tag LIMIT ${maxTags}) END`;
}

function together(a: ImportedPerson, b: ImportedPerson): ImportedPerson {
  return {
    ...b,
    name: b.name ?? a.name,
    locale: b.locale ?? a.locale,
    timezone: b.timezone ?? a.timezone,
    country: b.country ?? a.country,
    tags: [...new Set([...a.tags, ...b.tags])],
    attributes: { ...a.attributes, ...b.attributes },
  };
}

interface SiteKeys {
  newest: string | null;
  byPublicKey: Map<string, string>;
}

async function siteKeys(client: PoolClient, plan: TakeIn): Promise<SiteKeys> {
  const { rows } = await client.query<{ id: string; public_key: string; is_current: boolean }>(
    "SELECT id, public_key, retired_at IS NULL AND NOT is_imported AS is_current FROM vapid_key WHERE workspace_id = $1 AND site_id = $2 ORDER BY created_at DESC",
    [plan.workspaceId, plan.mapping.siteId],
  );
  const newest = rows.find(({ is_current }) => is_current)?.id ?? null;
  return { newest, byPublicKey: new Map(rows.map(({ id, public_key }) => [public_key, id])) };
}

interface NewDevice {
  id: string;
  subscriberId: string;
  siteId: string | null;
  channel: "web_push" | "whatsapp";
  hash: Buffer;
  sealed: Buffer;
  device: ImportedDevice | null;
  vapidKeyId: string | null;
}

/** New addresses with their consent; known ones stay as they are, also when they unsubscribed. */
async function writeDevices(
  client: PoolClient,
  plan: TakeIn,
  all: Candidate[],
  keys: SiteKeys,
  known: Set<string>,
): Promise<void> {
  const { workspaceId, mapping } = plan;
  const devices = all.flatMap(({ person, subscriberId, addresses }): NewDevice[] => {
    const found: NewDevice[] = [];
    const isNew = (kind: Address["kind"]) =>
      addresses.some((address) => address.kind === kind && !known.has(address.hash.toString("hex")));
    const { device, phone } = person;
    if (device && isNew("web_push")) {
      const id = newId();
      const place = { table: "subscription", column: "address", workspaceId, rowId: id };
      const sealed = Buffer.from(seal(JSON.stringify({ endpoint: device.endpoint, auth: device.auth }), place));
      const vapidKeyId =
        (device.vapidPublicKey ? keys.byPublicKey.get(device.vapidPublicKey) : undefined) ?? keys.newest;
      const hash = Buffer.from(addressHash(device.endpoint));
      found.push({ id, subscriberId, siteId: mapping.siteId, channel: "web_push", hash, sealed, device, vapidKeyId });
    }
    if (phone && isNew("whatsapp")) {
      const id = newId();
      const { hash, sealed } = phoneAddress(phone, workspaceId, id);
      found.push({ id, subscriberId, siteId: null, channel: "whatsapp", hash, sealed, device: null, vapidKeyId: null });
    }
    return found;
  });
  if (devices.length === 0) return;
  await client.query(
    `WITH added AS (
       INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, address_encrypted, p256dh, origin,
              vapid_key_id, browser, os, updated_at)
       SELECT id, $1, subscriber_id, site_id, channel::channel, hash, sealed, p256dh, origin, vapid_key_id, browser, os, now()
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::uuid[], $11::text[], $12::text[])
           AS d (id, subscriber_id, site_id, channel, hash, sealed, p256dh, origin, vapid_key_id, browser, os)
       ON CONFLICT DO NOTHING RETURNING id, subscriber_id, site_id, address_hash, vapid_key_id, origin, browser),
     counted AS (
       INSERT INTO health_day (workspace_id, site_id, day, vapid_key_id, origin, browser, fact, count)
       SELECT $1, site_id, (now() AT TIME ZONE 'UTC')::date, vapid_key_id, coalesce(origin, ''), coalesce(browser, ''), 'subscribed', count(*)
         FROM added WHERE site_id IS NOT NULL AND vapid_key_id IS NOT NULL GROUP BY site_id, vapid_key_id, origin, browser ORDER BY 2, 4, 5, 6
       ON CONFLICT (site_id, day, fact, reason, vapid_key_id, origin, browser)
       DO UPDATE SET count = health_day.count + excluded.count, last_at = now()),
     agreed AS (
       INSERT INTO consent (id, workspace_id, site_id, subscriber_id, subscription_id, kind, source, address_hash)
       SELECT uuidv7(), $1, site_id, subscriber_id, id, 'granted', 'import', address_hash FROM added)
     INSERT INTO site_day (workspace_id, site_id, day, subscribed)
     SELECT $1, site_id, (now() AT TIME ZONE 'UTC')::date, count(*) FROM added WHERE site_id IS NOT NULL GROUP BY site_id
     ON CONFLICT (site_id, day) DO UPDATE SET subscribed = site_day.subscribed + excluded.subscribed`,
    [
      workspaceId,
      devices.map(({ id }) => id),
      devices.map(({ subscriberId }) => subscriberId),
      devices.map(({ siteId }) => siteId),
      devices.map(({ channel }) => channel),
      devices.map(({ hash }) => hash),
      devices.map(({ sealed }) => sealed),
      devices.map(({ device }) => device?.p256dh ?? null),
      devices.map(({ device }) => device?.origin ?? null),
      devices.map(({ vapidKeyId }) => vapidKeyId),
      devices.map(({ device }) => device?.browser ?? null),
      devices.map(({ device }) => device?.os ?? null),
    ],
  );
}
