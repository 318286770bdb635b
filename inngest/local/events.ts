import type { Tx } from "./database.ts";
import type { EventBody } from "./engine.ts";

/** An event to store: `id` is ours, a ULID; `extId` the one its sender chose, if any. */
export type NewEvent = { id: string; extId: string | undefined; body: EventBody };

/** Stores events for the fan-out; one whose id is known is ignored. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await tx.query(
    `insert into event (id, ext_id, name, body) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
     on conflict (id) do nothing`,
    [
      events.map(({ id }) => id),
      events.map(({ extId }) => extId ?? null),
      events.map(({ body }) => body.name),
      events.map(({ body }) => JSON.stringify(body)),
    ],
  );
  tx.wake.add("events");
}
