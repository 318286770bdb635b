import "server-only";
import type { PoolClient } from "pg";
import { checkKeys } from "#lib/channels/web-push/encryption.ts";
import { addressHash, seal } from "#lib/crypto.ts";
import { query, transaction } from "#lib/db.ts";
import { checkPushEndpoint } from "#lib/egress/push-endpoint.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { countLosses, type HealthColumns, HealthFacts, healthColumns, healthPlaceOf } from "#lib/sites/health-facts.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import { deviceOf } from "./device.ts";
import { enrolNewcomer, stopEnrollments } from "./enrollments.ts";
import { maxTags, type Subscribe, type Subscribed } from "./schema.ts";
import { subscriptionToken } from "./tokens.ts";
import { refuseErasedAddress } from "./tombstones.ts";

/** What the request itself tells of the browser. No IP address among it: none is kept. */
export interface BrowserFacts {
  userAgent: string | null;
  /** ISO 3166 code from a trusted proxy's header. */
  country: string | null;
  isTest: boolean;
}

interface Known extends HealthColumns {
  id: string;
  subscriber_id: string;
  status: string;
}

/**
 * Takes a browser's push subscription. An upsert: the same endpoint again, also a hundred times in parallel, is the
 * same subscription. One device a browser: whatever address it had before – named by `previousEndpoint`, by
 * `otherEndpoints`, or found by `deviceId` – is replaced, the person stays the same, and what was queued for the former
 * address goes to the new one, once.
 *
 * @returns `created` false when the endpoint was known
 * @throws validation_error endpoint or keys are none of a push service's
 * @throws erased the browser is an erased person's; it may subscribe anew, under another address
 */
export async function subscribe(
  site: PublicSite,
  input: Subscribe,
  facts: BrowserFacts,
): Promise<Subscribed & { created: boolean }> {
  const endpoint = checkPushEndpoint(input.subscription.endpoint);
  checkKeys(input.subscription.keys);
  const vapidKeyId = await keyId(site, input.vapidPublicKey);
  const hash = Buffer.from(addressHash(endpoint.href));
  await refuseErasedAddress(site.workspaceId, [hash, ...previousHash(input.previousEndpoint)]);
  const device = { ...deviceOf(facts.userAgent), country: facts.country };
  const deviceHash = input.deviceId === undefined ? null : Buffer.from(addressHash(`device ${input.deviceId}`));

  for (let attempt = 0; attempt < 3; attempt++) {
    const done = await transaction(async (client) => {
      const known = await findByHash(client, site.id, hash);
      const formers = (await findFormers(client, site, input, deviceHash)).filter((former) => former.id !== known?.id);
      const subscriberId =
        known?.subscriber_id ?? formers[0]?.subscriber_id ?? (await addSubscriber(client, site, input, facts.isTest));
      const id = known?.id ?? newId();
      const sealed = Buffer.from(
        seal(JSON.stringify({ endpoint: endpoint.href, auth: input.subscription.keys.auth }), {
          table: "subscription",
          column: "address",
          workspaceId: site.workspaceId,
          rowId: id,
        }),
      );
      const values = [
        id,
        sealed,
        input.subscription.keys.p256dh,
        endpoint.origin,
        vapidKeyId,
        device.browser,
        device.os,
        device.deviceType,
        device.country,
        deviceHash,
      ];
      const isTest = known?.is_test ?? facts.isTest;
      const health = new HealthFacts();
      // First the former ones: of a browser's addresses only one can be active.
      for (const former of formers) await replace(client, site, former, health);
      if (known) {
        await client.query(
          `UPDATE subscription SET address_encrypted = $2, p256dh = $3, origin = $4, vapid_key_id = $5,
                  browser = coalesce($6, browser), os = coalesce($7, os), device_type = coalesce($8, device_type),
                  country = coalesce($9, country), status = 'active', status_reason = NULL,
                  status_changed_at = CASE WHEN status = 'active' THEN status_changed_at ELSE now() END,
                  device_hash = coalesce($10, device_hash), failure_count = 0, last_seen_at = now(), updated_at = now()
            WHERE id = $1 AND workspace_id = $11`,
          [...values, site.workspaceId],
        );
      } else {
        const inserted = await client.query(
          `INSERT INTO subscription (id, address_encrypted, p256dh, origin, vapid_key_id, browser, os, device_type, country, device_hash,
                  workspace_id, site_id, subscriber_id, channel, address_hash, is_test, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'web_push', $14, $15, now())
           ON CONFLICT (site_id, address_hash) DO NOTHING`,
          [...values, site.workspaceId, site.id, subscriberId, hash, facts.isTest],
        );
        // Somebody else inserted it meanwhile: undo all of this and find theirs.
        if (inserted.rowCount === 0) throw new Raced();
      }
      await touchSubscriber(client, site, subscriberId, input, {
        isTest: known?.is_test ?? facts.isTest,
        country: facts.country,
      });
      const isNew = known?.status !== "active";
      if (isNew) await recordConsent(client, { site, subscriberId, subscriptionId: id, hash, kind: "granted", input });
      for (const former of formers) await moveQueued(client, site, former, id);
      const place = {
        site_id: site.id,
        vapid_key_id: vapidKeyId,
        origin: endpoint.origin,
        browser: device.browser ?? known?.browser ?? null,
        is_test: isTest,
      };
      countDevice(health, site.workspaceId, known?.status === "active" ? known : undefined, place);
      if (isNew && !isTest) {
        await enrolNewcomer(client, { workspaceId: site.workspaceId, siteId: site.id, subscriberId });
        await countSubscribed(client, site);
      }
      await health.write(client);
      return { subscriberId, subscriptionId: id, token: subscriptionToken(id), created: !known };
    }).catch((error: unknown) => {
      if (error instanceof Raced || isTaken(error)) return undefined;
      throw error;
    });
    if (done) return done;
  }
  throw new AppError("unavailable", "Too many subscriptions of this browser at once.", { retryAfterSeconds: 1 });
}

function previousHash(endpoint: string | undefined): Buffer[] {
  return endpoint !== undefined && URL.canParse(endpoint) ? [Buffer.from(addressHash(new URL(endpoint).href))] : [];
}

class Raced extends Error {}

/** The same browser subscribed with another address at this moment (unique index `subscription_device_key`). */
function isTaken(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "subscription_device_key";
}

/** A device that begins to be reached, or that is reached another way from now on: another key pair or push service. */
function countDevice(
  facts: HealthFacts,
  workspaceId: string,
  before: HealthColumns | undefined,
  after: HealthColumns,
): void {
  const [from, to] = [before && healthPlaceOf(workspaceId, before), healthPlaceOf(workspaceId, after)];
  const isSame =
    from && to && from.vapidKeyId === to.vapidKeyId && from.origin === to.origin && from.browser === to.browser;
  if (isSame) return;
  if (from) facts.add(from, "lost", "replaced");
  if (to) facts.add(to, "subscribed");
}

/** The id of the key pair that the browser used; the site's newest unless it names another of the site's own. */
async function keyId(site: PublicSite, publicKey: string | undefined): Promise<string> {
  if (publicKey === undefined || publicKey === site.vapidKey.publicKey) return site.vapidKey.id;
  const [row] = await query<{ id: string }>(
    "SELECT id FROM vapid_key WHERE workspace_id = $1 AND site_id = $2 AND public_key = $3",
    [site.workspaceId, site.id, publicKey],
  );
  if (!row) throw invalid("vapidPublicKey", "This is no key of the site.");
  return row.id;
}

async function findByHash(client: PoolClient, siteId: string, hash: Buffer): Promise<Known | undefined> {
  const { rows } = await client.query<Known>(
    `SELECT id, subscriber_id, status, ${healthColumns} FROM subscription WHERE site_id = $1 AND address_hash = $2 FOR UPDATE`,
    [siteId, hash],
  );
  return rows[0];
}

/** The addresses that this browser had before, the one it names itself first. */
async function findFormers(
  client: PoolClient,
  site: PublicSite,
  input: Subscribe,
  deviceHash: Buffer | null,
): Promise<Known[]> {
  const named = [input.previousEndpoint, ...(input.otherEndpoints ?? [])].flatMap((endpoint) =>
    endpoint !== undefined && URL.canParse(endpoint) ? [Buffer.from(addressHash(new URL(endpoint).href))] : [],
  );
  if (named.length === 0 && deviceHash === null) return [];
  const { rows } = await client.query<Known>(
    `SELECT id, subscriber_id, status, ${healthColumns} FROM subscription
      WHERE site_id = $1 AND workspace_id = $2 AND (address_hash = ANY ($3::bytea[]) OR device_hash = $4 AND status = 'active')
      ORDER BY array_position($3::bytea[], address_hash), id FOR UPDATE`,
    [site.id, site.workspaceId, named, deviceHash],
  );
  return rows;
}

async function addSubscriber(client: PoolClient, site: PublicSite, input: Subscribe, isTest: boolean): Promise<string> {
  const id = newId();
  await client.query(
    `INSERT INTO subscriber (id, workspace_id, locale, timezone, tags, is_test, updated_at) VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [id, site.workspaceId, input.locale ?? null, input.timezone ?? null, [...new Set(input.tags ?? [])], isTest],
  );
  return id;
}

/** What the newest device tells of the person; with a device that is no test one, nobody is a test person. */
async function touchSubscriber(
  client: PoolClient,
  site: PublicSite,
  id: string,
  input: Subscribe,
  device: { isTest: boolean; country: string | null },
): Promise<void> {
  await client.query(
    `UPDATE subscriber SET last_seen_at = now(), updated_at = now(), is_active = true, is_deleted = false,
            locale = coalesce($3, locale), timezone = coalesce($4, timezone), country = coalesce($6, country), is_test = is_test AND $7,
            tags = (SELECT coalesce(array_agg(DISTINCT tag), '{}') FROM
                     (SELECT unnest(tags || $5::text[]) AS tag LIMIT ${maxTags}) AS merged)
      WHERE workspace_id = $1 AND id = $2`,
    [
      site.workspaceId,
      id,
      input.locale ?? null,
      input.timezone ?? null,
      input.tags ?? [],
      device.country,
      device.isTest,
    ],
  );
}

/** The browser's former address: not lost, but moved. Its keys are erased. */
async function replace(client: PoolClient, site: PublicSite, former: Known, facts: HealthFacts): Promise<void> {
  const { rows } = await client.query<HealthColumns>(
    `UPDATE subscription SET status = 'expired', status_reason = 'replaced', status_changed_at = now(), updated_at = now(),
            address_encrypted = NULL, p256dh = NULL
      WHERE workspace_id = $1 AND id = $2 AND status = 'active' RETURNING ${healthColumns}`,
    [site.workspaceId, former.id],
  );
  await countLosses(client, { workspaceId: site.workspaceId, rows, reason: "replaced", column: "expired" }, facts);
}

/** What waits for the former address goes to the new one, unless that is told itself already. */
async function moveQueued(client: PoolClient, site: PublicSite, former: Known, id: string): Promise<void> {
  await client.query(
    `UPDATE message m SET subscription_id = $4
      WHERE m.workspace_id = $1 AND m.subscriber_id = $2 AND m.subscription_id = $3 AND m.status = 'queued'
        AND NOT EXISTS (SELECT 1 FROM message o WHERE o.run_id = m.run_id AND o.step_index = m.step_index AND o.subscription_id = $4)`,
    [site.workspaceId, former.subscriber_id, former.id, id],
  );
}

interface ConsentFact {
  site: Pick<PublicSite, "id" | "workspaceId">;
  subscriberId: string;
  subscriptionId: string;
  hash: Buffer;
  kind: "granted" | "withdrawn";
  input: Pick<Subscribe, "page" | "promptVersion">;
}

async function recordConsent(client: PoolClient, fact: ConsentFact): Promise<void> {
  await client.query(
    `INSERT INTO consent (id, workspace_id, site_id, subscriber_id, subscription_id, kind, source, address_hash, page, prompt_version)
     VALUES ($1, $2, $3, $4, $5, $6, 'sdk', $7, $8, $9)`,
    [
      newId(),
      fact.site.workspaceId,
      fact.site.id,
      fact.subscriberId,
      fact.subscriptionId,
      fact.kind,
      fact.hash,
      fact.input.page ?? null,
      fact.input.promptVersion ?? null,
    ],
  );
}

async function countSubscribed(client: PoolClient, site: Pick<PublicSite, "id" | "workspaceId">): Promise<void> {
  await client.query(
    `INSERT INTO site_day (workspace_id, site_id, day, subscribed) VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, 1)
     ON CONFLICT (site_id, day) DO UPDATE SET subscribed = site_day.subscribed + 1`,
    [site.workspaceId, site.id],
  );
}

/**
 * The browser withdraws: from now on nothing is sent to it, also not by a send that is under way. Repeatable.
 *
 * @throws not_found the subscription is not of this site
 */
export async function unsubscribe(site: PublicSite, subscriptionId: string): Promise<void> {
  await transaction(async (client) => {
    const { rows } = await client.query<Known & { address_hash: Buffer }>(
      `SELECT id, subscriber_id, status, address_hash, ${healthColumns} FROM subscription
        WHERE workspace_id = $1 AND site_id = $2 AND id = $3 FOR UPDATE`,
      [site.workspaceId, site.id, subscriptionId],
    );
    const [known] = rows;
    if (!known) throw new AppError("not_found", "Subscription not found.");
    if (known.status !== "active") return;
    await client.query(
      `UPDATE subscription SET status = 'unsubscribed', status_reason = 'unsubscribed', status_changed_at = now(), updated_at = now(),
              address_encrypted = NULL, p256dh = NULL WHERE workspace_id = $1 AND id = $2`,
      [site.workspaceId, known.id],
    );
    await recordConsent(client, {
      site,
      subscriberId: known.subscriber_id,
      subscriptionId: known.id,
      hash: known.address_hash,
      kind: "withdrawn",
      input: {},
    });
    await stopEnrollments(async (text, values) => (await client.query<{ id: string }>(text, values)).rows, {
      workspaceId: site.workspaceId,
      subscriberId: known.subscriber_id,
      reason: "unsubscribed",
    });
    const facts = new HealthFacts();
    const loss = {
      workspaceId: site.workspaceId,
      rows: [known],
      reason: "unsubscribed",
      column: "unsubscribed" as const,
    };
    await countLosses(client, loss, facts);
    await facts.write(client);
  });
}
