import "server-only";
import { z } from "zod";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { unseal } from "#lib/crypto.ts";
import { db, query, type Transaction, transaction } from "#lib/db.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { leaveQueue } from "#lib/delivery/queue.ts";
import { notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { scrubImports } from "#lib/imports/scrub.ts";
import { countPersonLost } from "#lib/sites/health-facts.ts";
import { externalIdHash } from "#lib/subscribers/tombstones.ts";

/** Rows that one statement takes away: far from what would hold anybody up. */
const pageSize = 5_000;
/** Stands where a person was in what must keep its count. */
const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * Erases a person, for good: the person, their devices, events, group memberships and walks through drips go; messages
 * stay in the ledger as counts and name nobody; what was still to be sent is not. Keyed hashes of their names and
 * addresses remain, so that no import brings them back.
 *
 * @throws not_found also when the person was erased before
 */
export async function eraseSubscriber(ctx: Context, subscriberId: string): Promise<void> {
  authorize(ctx, "subscribers:write");
  const source = ctx.actor.type === "api_key" ? "key" : ctx.actor.type === "user" ? "member" : "person";
  if (!isId(subscriberId)) throw notFound("Subscriber");
  const erasure = await db.$transaction((tx) => begin(tx, ctx, subscriberId, source));
  await finish(erasure);
}

interface Erasure {
  id: string;
  workspaceId: string;
  subscriberId: string;
}

/** What cannot wait, in one transaction: from here on the person is not sent to, not found and not imported. */
async function begin(tx: Transaction, ctx: Context, subscriberId: string, source: string): Promise<Erasure> {
  const { workspaceId } = ctx;
  await tx.$queryRaw`SELECT 1 FROM subscriber WHERE workspace_id = ${workspaceId}::uuid AND id = ${subscriberId}::uuid FOR UPDATE`;
  const person = await tx.subscriber.findFirst({
    where: { id: subscriberId, workspaceId },
    include: { subscriptions: true },
  });
  if (!person) throw notFound("Subscriber");
  const hashes = [
    ...(person.externalId ? [externalIdHash(workspaceId, person.externalId)] : []),
    ...person.subscriptions.map(({ addressHash }) => Buffer.from(addressHash)),
  ];
  await tx.tombstone.createMany({
    data: hashes.map((hash) => ({ workspaceId, hash: new Uint8Array(hash) })),
    skipDuplicates: true,
  });
  const names = [
    ...(person.externalId ? [person.externalId] : []),
    ...person.subscriptions.flatMap(({ id, addressEncrypted }) =>
      addressEncrypted ? addressesIn(addressEncrypted, workspaceId, id) : [],
    ),
  ];
  await scrubImports(tx, workspaceId, names);
  if (person.externalId) await scrubAudiences(tx, workspaceId, person.externalId);
  await tx.$executeRaw`
    INSERT INTO site_day (workspace_id, site_id, day, unsubscribed)
    SELECT workspace_id, site_id, (now() AT TIME ZONE 'UTC')::date, count(*) FROM subscription
     WHERE workspace_id = ${workspaceId}::uuid AND subscriber_id = ${subscriberId}::uuid AND status = 'active' AND NOT is_test AND site_id IS NOT NULL
     GROUP BY workspace_id, site_id
    ON CONFLICT (site_id, day) DO UPDATE SET unsubscribed = site_day.unsubscribed + excluded.unsubscribed`;
  await tx.$executeRawUnsafe(countPersonLost, workspaceId, subscriberId, "erased");
  // The proof that they agreed stays, and tells when, where and to which wording: not on which page.
  await tx.consent.updateMany({ where: { workspaceId, subscriberId }, data: { page: null } });
  await tx.$executeRaw`UPDATE group_custodian SET subscriber_id = NULL WHERE workspace_id = ${workspaceId}::uuid AND subscriber_id = ${subscriberId}::uuid`;
  await tx.subscriberTouch.deleteMany({ where: { workspaceId, subscriberId } });
  await tx.$executeRaw`
    UPDATE run SET variables = '{}' FROM firing f
     WHERE f.workspace_id = ${workspaceId}::uuid AND f.subscriber_id = ${subscriberId}::uuid AND run.workspace_id = f.workspace_id AND run.id = f.run_id`;
  await tx.firing.updateMany({ where: { workspaceId, subscriberId }, data: { subscriberId: nobody, properties: {} } });
  await tx.subscription.deleteMany({ where: { workspaceId, subscriberId } });
  await tx.subscriber.deleteMany({ where: { workspaceId, mergedIntoId: subscriberId } });
  await tx.subscriber.delete({ where: { id: subscriberId, workspaceId } });
  const id = newId();
  await tx.erasure.create({ data: { id, workspaceId, source, subscriberId } });
  await audit(tx, ctx, { action: "subscriber.erase", entityType: "subscriber", entityId: subscriberId });
  return { id, workspaceId, subscriberId };
}

const Address = z.object({ endpoint: z.string().optional(), phone: z.string().optional() });

function addressesIn(sealed: Uint8Array, workspaceId: string, rowId: string): string[] {
  const place = { table: "subscription", column: "address", workspaceId, rowId };
  const { endpoint, phone } = Address.parse(JSON.parse(unseal(sealed, place)));
  return [endpoint, phone].filter((text) => text !== undefined);
}

/** Campaigns may name people by their external ids. */
async function scrubAudiences(tx: Transaction, workspaceId: string, externalId: string): Promise<void> {
  const name = JSON.stringify(externalId);
  for (const table of ["campaign", "run"] as const) {
    const rows = await tx.$queryRawUnsafe<{ id: string; audience: unknown }[]>(
      `SELECT id, audience FROM ${table} WHERE workspace_id = $1::uuid AND strpos(audience::text, $2) > 0`,
      workspaceId,
      name,
    );
    for (const { id, audience } of rows)
      await tx.$executeRawUnsafe(
        `UPDATE ${table} SET audience = $3::jsonb WHERE workspace_id = $1::uuid AND id = $2::uuid`,
        workspaceId,
        id,
        JSON.stringify(withoutText(audience, externalId)),
      );
  }
}

/** The value with the text replaced wherever it stands alone. An empty list would mean another audience. */
function withoutText(value: unknown, text: string): unknown {
  if (value === text) return "(erased)";
  if (Array.isArray(value)) return value.map((item) => withoutText(item, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutText(item, text)]));
}

/** What may be much, a page at a time. Repeatable: the sweep finishes what a crash interrupted. */
async function finish({ id, workspaceId, subscriberId }: Erasure): Promise<void> {
  while ((await forgetMessages(workspaceId, subscriberId)) === pageSize);
  for (;;) {
    const rows = await query(
      `DELETE FROM event WHERE id IN (SELECT id FROM event WHERE workspace_id = $1 AND subscriber_id = $2 LIMIT ${pageSize}) RETURNING 1 AS gone`,
      [workspaceId, subscriberId],
    );
    if (rows.length < pageSize) break;
  }
  await db.erasure.updateMany({ where: { id, workspaceId }, data: { subscriberId: null, finishedAt: new Date() } });
}

/** A page of the person's messages: queued ones are settled as skipped, and all name nobody from now on. */
async function forgetMessages(workspaceId: string, subscriberId: string): Promise<number> {
  return transaction(async (client) => {
    const { rows } = await client.query<{
      id: string;
      site_id: string | null;
      campaign_id: string | null;
      run_id: string;
      step_index: number;
      variant: number;
      is_test: boolean;
      was_queued: boolean;
    }>(
      `WITH page AS (
         SELECT id, status = 'queued' AS was_queued FROM message WHERE workspace_id = $1 AND subscriber_id = $2 ORDER BY id LIMIT ${pageSize} FOR UPDATE)
       UPDATE message m SET subscriber_id = '${nobody}', subscription_id = m.id, content = NULL,
              status = CASE WHEN was_queued THEN 'skipped' ELSE m.status END, reason = CASE WHEN was_queued THEN 'deleted' ELSE m.reason END
         FROM page WHERE m.id = page.id
       RETURNING m.id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test, page.was_queued`,
      [workspaceId, subscriberId],
    );
    await leaveQueue(
      client,
      workspaceId,
      rows.filter((row) => row.was_queued).map(({ id }) => id),
    );
    const moves = new CounterMoves();
    for (const row of rows) {
      if (!row.was_queued || row.is_test || row.campaign_id === null) continue;
      const { site_id: siteId, campaign_id: campaignId, run_id: runId, step_index: stepIndex, variant } = row;
      const place = { workspaceId, siteId, campaignId, runId, stepIndex, variant };
      moves.add(place, "queued", -1);
      moves.add(place, "skipped", 1);
    }
    await moves.write(client);
    return rows.length;
  });
}

/** For the sweep: erasures that a crash interrupted. */
export async function finishErasures(): Promise<void> {
  const rows = await query<{ id: string; workspace_id: string; subscriber_id: string }>(
    "SELECT id, workspace_id, subscriber_id FROM erasure WHERE subscriber_id IS NOT NULL AND created_at < now() - interval '1 minute' LIMIT 100",
  );
  for (const row of rows) await finish({ id: row.id, workspaceId: row.workspace_id, subscriberId: row.subscriber_id });
}
