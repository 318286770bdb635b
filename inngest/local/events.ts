import type { Database, Tx } from "./database.ts";

/** An event to store: `id` is ours, a ULID; `extId` the one its sender chose, if any; `text` is it as functions see it. */
export type NewEvent = { id: string; extId: string | undefined; name: string; text: string };

/** Stores events for the fan-out; one whose id is known is ignored. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await tx.query(insertSql, valuesOf(events));
  tx.wake.add("events");
}

/** As `insertEvents`, committed when it resolves. */
export async function storeEvents(db: Database, events: readonly NewEvent[]): Promise<void> {
  await db.write(insertSql, valuesOf(events));
  db.onWake(new Set(["events"]));
}

const insertSql = `
  insert into event (id, ext_id, name, body) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
  on conflict (id) do nothing`;

function valuesOf(events: readonly NewEvent[]): unknown[] {
  return [
    events.map(({ id }) => id),
    events.map(({ extId }) => extId ?? null),
    events.map(({ name }) => name),
    events.map(({ text }) => text),
  ];
}
