import "server-only";
import type { PoolClient } from "pg";
import { transaction } from "#lib/db.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { storeEvents } from "#lib/drips/store-events.ts";
import { AppError } from "#lib/errors.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import type { BrowserPerson } from "#lib/subscribers/browser.ts";
import { maxEventAgeDays, type SdkEvent } from "#lib/subscribers/schema.ts";
import { readEventToken } from "#lib/subscribers/tokens.ts";

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
  const clicks = told.filter(({ event }) => event.type === "clicked");
  return transaction(async (client) => {
    const moves = new CounterMoves();
    let accepted = 0;
    for (const type of ["shown", "clicked", "dismissed"] as const) {
      const marks = told.filter(({ event }) => event.type === type);
      const implied = type === "shown" ? clicks : [];
      await mark(client, site, type, [...marks, ...implied], moves);
      accepted += await store(client, site, marks);
    }
    await moves.write(client);
    if (person) await storeCustom(client, person, custom, now);
    return accepted + custom.length;
  });
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
  moves: CounterMoves,
): Promise<void> {
  if (told.length === 0) return;
  const column = columns[type];
  // The earliest per message; in order of id, so that two calls cannot wait for each other in a circle.
  const firsts = new Map<string, Date>();
  for (const { messageId, at } of told) firsts.set(messageId, notAfter(at, firsts.get(messageId) ?? at));
  const list = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1));
  const { rows } = await client.query<{
    campaign_id: string | null;
    run_id: string;
    step_index: number;
    variant: number;
    is_test: boolean;
  }>(
    `WITH mine AS (
       SELECT m.id, e.at FROM message m JOIN unnest($3::uuid[], $4::timestamptz[]) AS e (id, at) ON e.id = m.id
        WHERE m.workspace_id = $1 AND m.site_id = $2 AND m.${column} IS NULL ORDER BY m.id FOR UPDATE OF m)
     UPDATE message m SET ${column} = greatest(mine.at, m.created_at) FROM mine WHERE m.id = mine.id AND m.${column} IS NULL
     RETURNING m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test`,
    [site.workspaceId, site.id, list.map(([id]) => id), list.map(([, at]) => at)],
  );
  for (const row of rows) {
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

/** The event itself, once a message, type and action. */
async function store(client: PoolClient, site: PublicSite, told: Told[]): Promise<number> {
  if (told.length === 0) return 0;
  const { rowCount } = await client.query(
    `INSERT INTO event (workspace_id, site_id, subscriber_id, message_id, campaign_id, type, name, at)
     SELECT DISTINCT ON (m.id, e.type, e.name) m.workspace_id, m.site_id, m.subscriber_id, m.id, m.campaign_id, e.type, e.name, greatest(e.at, m.created_at)
       FROM unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) AS e (message_id, type, name, at)
       JOIN message m ON m.id = e.message_id AND m.workspace_id = $1 AND m.site_id = $2
     ON CONFLICT (message_id, type, name) DO NOTHING`,
    [
      site.workspaceId,
      site.id,
      told.map(({ messageId }) => messageId),
      told.map(({ event }) => event.type),
      told.map(({ event }) => (event.type === "clicked" ? (event.action ?? "") : "")),
      told.map(({ at }) => at),
    ],
  );
  return rowCount ?? 0;
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
