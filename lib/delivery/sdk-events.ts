import "server-only";
import type { PoolClient } from "pg";
import { transaction } from "#lib/db.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { storeEvents } from "#lib/drips/store-events.ts";
import { AppError } from "#lib/errors.ts";
import { type HealthColumns, HealthFacts, healthPlaceOf } from "#lib/sites/health-facts.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import type { BrowserPerson } from "#lib/subscribers/browser.ts";
import { maxEventAgeDays, type SdkEvent } from "#lib/subscribers/schema.ts";
import { readEventToken } from "#lib/subscribers/tokens.ts";
import { Together } from "#lib/together.ts";

type MessageEvent = Extract<SdkEvent, { t: string }>;
type CustomEvent = Extract<SdkEvent, { type: "custom" }>;

const columns = { shown: "delivered_at", clicked: "clicked_at", dismissed: "dismissed_at" } as const;
const counted = { shown: "delivered", clicked: "clicked", dismissed: "dismissed" } as const;

/**
 * Records what a browser reports. Each event about a message is proved by the message's own token; forged ones, those
 * of other sites and repeats change nothing and are no error. A click implies that the message was shown.
 *
 * @param person who speaks, for custom events; undefined when the call carries no subscription token
 * @returns how many were taken as new
 * @throws event_too_old an event is more than 30 days old
 * @throws invalid_token a custom event without a subscription token
 */
export async function recordSdkEvents(
  site: PublicSite,
  events: SdkEvent[],
  person: BrowserPerson | undefined,
): Promise<number> {
  const now = new Date();
  const oldest = now.getTime() - maxEventAgeDays * 86_400_000;
  if (events.some((event) => event.at && event.at.getTime() < oldest))
    throw new AppError("event_too_old", `Events are taken for ${maxEventAgeDays} days.`);
  const custom = events.filter((event) => event.type === "custom");
  if (custom.length > 0 && !person) throw new AppError("invalid_token", "Custom events need the subscription's token.");

  const told = events.flatMap((event) => {
    if (event.type === "custom") return [];
    const messageId = readEventToken(event.t);
    return messageId === undefined ? [] : [{ event, messageId, at: notAfter(event.at ?? now, now) }];
  });
  // Those of your own go with a person, one call a time; what browsers report of messages comes in floods.
  if (!person) return reports.do({ site, told });
  return transaction(async (client) => {
    await storeCustom(client, person, custom, now);
    const [accepted = 0] = await record(client, [{ site, told }]);
    return accepted + custom.length;
  });
}

interface Report {
  site: PublicSite;
  told: Told[];
}

const reports = new Together<Report, number>((all) => transaction((client) => record(client, all)));

/** Calls of many browsers in one transaction. @returns how many events of each call were taken as new */
async function record(client: PoolClient, calls: Report[]): Promise<number[]> {
  const moves = new CounterMoves();
  const facts = new HealthFacts();
  const isNew = new Set<string>();
  const sites = [...Map.groupBy(calls, ({ site }) => site.id)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, [first, ...others]] of sites) {
    if (!first) continue;
    const { site } = first;
    const told = [first, ...others].flatMap((call) => call.told);
    const clicks = told.filter(({ event }) => event.type === "clicked");
    for (const type of ["shown", "clicked", "dismissed"] as const) {
      const marks = told.filter(({ event }) => event.type === type);
      await mark(client, site, type, [...marks, ...(type === "shown" ? clicks : [])], { moves, facts });
      for (const key of await store(client, site, marks)) isNew.add(key);
    }
  }
  await moves.write(client);
  await facts.write(client);
  // The same event in two calls is new to the first.
  return calls.map(({ told }) => told.filter((one) => isNew.delete(keyOf(one))).length);
}

function keyOf({ event, messageId }: Told): string {
  return `${messageId} ${event.type} ${actionOf(event)}`;
}

function actionOf(event: MessageEvent): string {
  return event.type === "clicked" ? (event.action ?? "") : "";
}

interface Told {
  event: MessageEvent;
  messageId: string;
  at: Date;
}

function notAfter(at: Date, latest: Date): Date {
  return at > latest ? latest : at;
}

/** Sets the message's instant if it is the first of its kind, and counts it. */
async function mark(
  client: PoolClient,
  site: PublicSite,
  type: keyof typeof columns,
  told: Told[],
  { moves, facts }: { moves: CounterMoves; facts: HealthFacts },
): Promise<void> {
  if (told.length === 0) return;
  const column = columns[type];
  // The earliest per message; in order of id, so that two calls cannot wait for each other in a circle.
  const firsts = new Map<string, Date>();
  for (const { messageId, at } of told) firsts.set(messageId, notAfter(at, firsts.get(messageId) ?? at));
  const list = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1));
  const { rows } = await client.query<
    HealthColumns & { campaign_id: string | null; run_id: string; step_index: number; variant: number }
  >(
    `WITH mine AS (
       SELECT m.id, e.at, s.vapid_key_id, s.origin, s.browser FROM message m JOIN unnest($3::uuid[], $4::timestamptz[]) AS e (id, at) ON e.id = m.id
         LEFT JOIN subscription s ON s.workspace_id = m.workspace_id AND s.id = m.subscription_id
        WHERE m.workspace_id = $1 AND m.site_id = $2 AND m.${column} IS NULL ORDER BY m.id FOR UPDATE OF m)
     UPDATE message m SET ${column} = greatest(mine.at, m.created_at) FROM mine WHERE m.id = mine.id AND m.${column} IS NULL
     RETURNING m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test, m.site_id, mine.vapid_key_id, mine.origin, mine.browser`,
    [site.workspaceId, site.id, list.map(([id]) => id), list.map(([, at]) => at)],
  );
  for (const row of rows) {
    const health = type === "dismissed" ? undefined : healthPlaceOf(site.workspaceId, row);
    if (health && type !== "dismissed") facts.add(health, type);
    if (row.is_test || row.campaign_id === null) continue;
    const place = {
      workspaceId: site.workspaceId,
      siteId: site.id,
      campaignId: row.campaign_id,
      runId: row.run_id,
      stepIndex: row.step_index,
      variant: row.variant,
    };
    moves.add(place, counted[type], 1);
  }
}

/** The event itself, once a message, type and action. @returns what is new, as `keyOf` names it */
async function store(client: PoolClient, site: PublicSite, told: Told[]): Promise<string[]> {
  if (told.length === 0) return [];
  const { rows } = await client.query<{ message_id: string; type: string; name: string }>(
    `INSERT INTO event (workspace_id, site_id, subscriber_id, message_id, campaign_id, type, name, at)
     SELECT DISTINCT ON (m.id, e.type, e.name) m.workspace_id, m.site_id, m.subscriber_id, m.id, m.campaign_id, e.type, e.name, greatest(e.at, m.created_at)
       FROM unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) AS e (message_id, type, name, at)
       JOIN message m ON m.id = e.message_id AND m.workspace_id = $1 AND m.site_id = $2
     ON CONFLICT (message_id, type, name) DO NOTHING RETURNING message_id, type, name`,
    [
      site.workspaceId,
      site.id,
      told.map(({ messageId }) => messageId),
      told.map(({ event }) => event.type),
      told.map(({ event }) => actionOf(event)),
      told.map(({ at }) => at),
    ],
  );
  return rows.map(({ message_id, type, name }) => `${message_id} ${type} ${name}`);
}

async function storeCustom(client: PoolClient, person: BrowserPerson, events: CustomEvent[], now: Date): Promise<void> {
  await storeEvents(
    client,
    person,
    events.map((event) => ({
      name: event.name,
      properties: event.properties ?? {},
      at: notAfter(event.at ?? now, now),
    })),
  );
}
