import "server-only";
import { checkKeys } from "#lib/channels/web-push/encryption.ts";
import { addressHash } from "#lib/crypto.ts";
import { query, transaction } from "#lib/db.ts";
import { checkPushEndpoint } from "#lib/egress/push-endpoint.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { countLosses, type HealthColumns, HealthFacts, healthColumns } from "#lib/sites/health-facts.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import { Together } from "#lib/together.ts";
import { recordConsents } from "./consent.ts";
import { deviceOf } from "./device.ts";
import { stopEnrollments } from "./enrollments.ts";
import type { Subscribe, Subscribed } from "./schema.ts";
import { type Asked, Raced, subscribeRound, type Taken } from "./subscribe-round.ts";
import { subscriptionToken } from "./tokens.ts";
import { erased } from "./tombstones.ts";

/** What the request itself tells of the browser. No IP address among it: none is kept. */
export interface BrowserFacts {
  userAgent: string | null;
  /** ISO 3166 code from a trusted proxy's header. */
  country: string | null;
  isTest: boolean;
}

const rounds = new Together<Asked, Taken>(subscribeRound);

/**
 * Takes a browser's push subscription. An upsert: the same endpoint again, also a hundred times in parallel, is the
 * same subscription. One device a browser: whatever address it had before – named by `previousEndpoint`, by
 * `otherEndpoints`, or found by `deviceId` – is replaced, the person stays the same, and what was queued for the former
 * address goes to the new one, once. Browsers that come at the same moment share a transaction; nobody is answered
 * before its commit.
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
  const asked: Asked = {
    site,
    input,
    address: { endpoint: endpoint.href, origin: endpoint.origin, hash: hashOf(endpoint.href) },
    previousHash: hashesOf(input.previousEndpoint)[0] ?? null,
    otherHashes: hashesOf(...(input.otherEndpoints ?? [])),
    deviceHash: input.deviceId === undefined ? null : hashOf(`device ${input.deviceId}`),
    vapidKeyId: await keyId(site, input.vapidPublicKey),
    device: { ...deviceOf(facts.userAgent), country: facts.country },
    isTest: facts.isTest,
  };
  for (let attempt = 0; attempt < 3; attempt++) {
    const taken = await rounds.do(asked).catch((error: unknown) => {
      if (isRaced(error)) return undefined;
      throw error;
    });
    if (taken === "erased") throw erased();
    if (taken) return { ...taken, token: subscriptionToken(taken.subscriptionId) };
  }
  throw new AppError("unavailable", "Too many subscriptions of this browser at once.", { retryAfterSeconds: 1 });
}

function hashOf(text: string): Buffer {
  return Buffer.from(addressHash(text));
}

function hashesOf(...endpoints: (string | undefined)[]): Buffer[] {
  return endpoints.flatMap((endpoint) =>
    endpoint !== undefined && URL.canParse(endpoint) ? [hashOf(new URL(endpoint).href)] : [],
  );
}

/**
 * Another process took in the same browser at this moment: the same address, another one of it (unique index
 * `subscription_device_key`), or both waited for each other (40P01).
 */
function isRaced(error: unknown): boolean {
  if (error instanceof Raced) return true;
  if (!(error instanceof Error)) return false;
  const { constraint, code } = error as { constraint?: unknown; code?: unknown };
  return constraint === "subscription_device_key" || code === "40P01";
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

interface Leaving extends HealthColumns {
  id: string;
  subscriber_id: string;
  status: string;
  address_hash: Buffer;
}

/**
 * The browser withdraws: from now on nothing is sent to it, also not by a send that is under way. Repeatable.
 *
 * @throws not_found the subscription is not of this site
 */
export async function unsubscribe(site: PublicSite, subscriptionId: string): Promise<void> {
  await transaction(async (client) => {
    const { rows } = await client.query<Leaving>(
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
    await recordConsents(client, "withdrawn", [
      { site, subscriberId: known.subscriber_id, subscriptionId: known.id, hash: known.address_hash, input: {} },
    ]);
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
