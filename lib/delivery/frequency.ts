import "server-only";
import type { PoolClient } from "pg";
import { query } from "#lib/db.ts";
import type { FrequencyCap } from "#lib/sites/schema.ts";
import type { ClaimedMessage } from "./claim.ts";

type Touching = Pick<
  ClaimedMessage,
  "workspace_id" | "site_id" | "run_id" | "step_index" | "enrollment_id" | "subscriber_id"
>;

/** What counts once for a person, on however many devices: a step of a run, or of the person's walk through a drip. */
function keyOf(message: Touching): string {
  return `${message.enrollment_id ?? message.run_id}:${message.step_index}`;
}

/** A message's place among what its person got: the same for all devices of a person. */
export function touchOf(message: Touching): string {
  return `${message.subscriber_id} ${keyOf(message)}`;
}

/**
 * Enters messages that are about to be sent into what their people got lately, unless the site's cap forbids it. A person's row
 * is locked while it is looked at and changed, so that any number of workers together never exceed the cap. What was
 * entered before – another device, a second try – is allowed again without counting twice.
 *
 * @param messages of one site
 * @returns the touches, as of `touchOf`, that may not be now
 */
export async function enterTouches(cap: FrequencyCap, messages: Touching[]): Promise<Set<string>> {
  const over = new Set<string>();
  let left = [...new Map(messages.map((message) => [touchOf(message), message])).values()];
  // A person who stands there twice, by two walks through a drip, is asked about twice.
  while (left.length > 0) {
    const round = [...new Map(left.map((message) => [message.subscriber_id, message])).values()];
    for (const touch of await enterOneEach(cap, round)) over.add(touch);
    left = left.filter((message) => !round.includes(message));
  }
  return over;
}

async function enterOneEach(cap: FrequencyCap, messages: Touching[]): Promise<string[]> {
  const [first] = messages;
  if (!first || first.site_id === null) return [];
  // In one order, so that two workers cannot wait for each other in a circle.
  const people = [...messages].sort((a, b) => (a.subscriber_id < b.subscriber_id ? -1 : 1));
  const values = [first.workspace_id, first.site_id, people.map((each) => each.subscriber_id), people.map(keyOf)];
  const recent = "(SELECT count(*) FROM unnest(t.ats) AS at WHERE at > now() - make_interval(hours => $6))";
  const entered = await query<{ subscriber_id: string }>(
    `INSERT INTO subscriber_touch AS t (workspace_id, site_id, subscriber_id, keys, ats)
     SELECT $1, $2, subscriber_id, ARRAY[key], ARRAY[now()] FROM unnest($3::uuid[], $4::text[]) AS asked (subscriber_id, key)
     ON CONFLICT (site_id, subscriber_id) DO UPDATE SET
       keys = (SELECT array_agg(key ORDER BY at) FROM unnest(t.keys || excluded.keys, t.ats || excluded.ats) AS each (key, at)
                WHERE at > now() - make_interval(hours => $6)),
       ats = (SELECT array_agg(at ORDER BY at) FROM unnest(t.ats || excluded.ats) AS at WHERE at > now() - make_interval(hours => $6))
       WHERE NOT t.keys @> excluded.keys AND ${recent} < $5
     RETURNING subscriber_id`,
    [...values, cap.count, cap.hours],
  );
  const allowed = new Set(entered.map((row) => row.subscriber_id));
  if (allowed.size === people.length) return [];
  const before = await query<{ subscriber_id: string }>(
    `SELECT t.subscriber_id FROM subscriber_touch t JOIN unnest($3::uuid[], $4::text[]) AS asked (subscriber_id, key)
         ON asked.subscriber_id = t.subscriber_id AND asked.key = ANY (t.keys)
      WHERE t.workspace_id = $1 AND t.site_id = $2`,
    values,
  );
  for (const row of before) allowed.add(row.subscriber_id);
  return people.filter((each) => !allowed.has(each.subscriber_id)).map(touchOf);
}

/** Takes back what was entered for messages that were not sent after all and that no other device of the person got either. */
export async function takeBackTouches(client: PoolClient, messages: Touching[]): Promise<void> {
  const [first] = messages;
  if (!first) return;
  const people = [...messages].sort((a, b) => (a.subscriber_id < b.subscriber_id ? -1 : 1));
  await client.query(
    `UPDATE subscriber_touch t SET
            ats = (SELECT coalesce(array_agg(at ORDER BY at), '{}') FROM unnest(t.keys, t.ats) AS each (key, at) WHERE key <> asked.key),
            keys = array_remove(t.keys, asked.key)
       FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::smallint[], $7::uuid[]) AS asked (subscriber_id, key, run_id, step_index, enrollment_id)
      WHERE t.workspace_id = $1 AND t.site_id = $2 AND t.subscriber_id = asked.subscriber_id AND asked.key = ANY (t.keys)
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.workspace_id = $1 AND m.subscriber_id = asked.subscriber_id AND m.run_id = asked.run_id
                           AND m.step_index = asked.step_index AND m.enrollment_id IS NOT DISTINCT FROM asked.enrollment_id AND m.status IN ('queued', 'sending', 'sent', 'unknown'))`,
    [
      first.workspace_id,
      first.site_id,
      people.map((message) => message.subscriber_id),
      people.map(keyOf),
      people.map((message) => message.run_id),
      people.map((message) => message.step_index),
      people.map((message) => message.enrollment_id),
    ],
  );
}
