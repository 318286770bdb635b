import fc from "fast-check";
import { query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { attributeValues, browsers, countries, eventNames, type Person, systems, type World, words } from "./rules.ts";

/**
 * People of every kind with devices, groups, events and messages, in the database and as the plain objects that they
 * are. Always the same ones for a count.
 */
export async function addPeople(
  workspaceId: string,
  count: number,
  now: Date,
): Promise<{ people: Person[]; world: World }> {
  const world: World = { groups: [newId(), newId()], campaigns: [newId(), newId()], now };
  const maybe = <T>(...values: T[]) => fc.constantFrom<T | null>(...values, null);
  const ago = fc.integer({ min: 0, max: 400 * 24 * 60 }).map((minutes) => new Date(now.getTime() - minutes * 60_000));
  const person = fc.record({
    tags: fc.uniqueArray(fc.constantFrom(...words), { maxLength: 4 }),
    attributes: fc.dictionary(
      fc.constantFrom("plan", "spent", "since", "beta"),
      fc.constantFrom<unknown>(...attributeValues),
    ),
    country: maybe(...countries),
    locale: maybe("de", "en-US", "pt-BR"),
    timezone: maybe("Europe/Berlin", "Asia/Tokyo"),
    createdAt: ago,
    lastSeenAt: ago,
    devices: fc.array(
      fc.record({
        browser: maybe(...browsers),
        os: maybe(...systems),
        channel: fc.constantFrom("web_push", "fcm"),
        status: fc.constantFrom("active", "active", "expired"),
        isTest: fc.constantFrom(false, false, true),
      }),
      { maxLength: 3 },
    ),
    groups: fc.subarray(world.groups),
    events: fc.array(fc.record({ name: fc.constantFrom(...eventNames), at: ago }), { maxLength: 6 }),
    campaigns: fc.subarray(world.campaigns).chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(id),
            received: fc.boolean(),
            shown: fc.boolean(),
            clicked: fc.boolean(),
            isTest: fc.constantFrom(false, false, true),
          }),
        ),
      ),
    ),
  });
  const made = fc.sample(person, { seed: 7, numRuns: count }).map((each) => ({ id: newId(), ...each }));
  const rows = JSON.stringify(made);
  const from = `FROM jsonb_array_elements($2::jsonb) AS p(v)`;
  await query(
    `INSERT INTO subscriber (id, workspace_id, tags, attributes, country, locale, timezone, created_at, last_seen_at, updated_at)
     SELECT (v->>'id')::uuid, $1, ARRAY(SELECT jsonb_array_elements_text(v->'tags')), v->'attributes', v->>'country', v->>'locale', v->>'timezone',
            (v->>'createdAt')::timestamptz, (v->>'lastSeenAt')::timestamptz, now() ${from}`,
    [workspaceId, rows],
  );
  await query(
    `INSERT INTO subscription (id, workspace_id, subscriber_id, channel, status, browser, os, is_test, address_hash, updated_at)
     SELECT uuidv7(), $1, (v->>'id')::uuid, (d->>'channel')::channel, (d->>'status')::subscription_status, d->>'browser', d->>'os', (d->>'isTest')::boolean, uuid_send(uuidv7()), now()
       ${from}, jsonb_array_elements(v->'devices') AS each(d)`,
    [workspaceId, rows],
  );
  await query(
    "INSERT INTO subscriber_group (id, workspace_id, name, updated_at) SELECT id, $1, 'Group', now() FROM unnest($2::uuid[]) AS g(id)",
    [workspaceId, world.groups],
  );
  await query(
    `INSERT INTO group_member (workspace_id, group_id, subscriber_id)
     SELECT $1, g::uuid, (v->>'id')::uuid ${from}, jsonb_array_elements_text(v->'groups') AS each(g)`,
    [workspaceId, rows],
  );
  await query(
    `INSERT INTO event (workspace_id, subscriber_id, type, name, at)
     SELECT $1, (v->>'id')::uuid, 'custom', e->>'name', (e->>'at')::timestamptz ${from}, jsonb_array_elements(v->'events') AS each(e)`,
    [workspaceId, rows],
  );
  await query(
    `INSERT INTO message (workspace_id, campaign_id, run_id, subscriber_id, subscription_id, channel, status, is_test, sent_at, delivered_at, clicked_at)
     SELECT $1, (c->>'id')::uuid, uuidv7(), (v->>'id')::uuid, uuidv7(), 'web_push', 'sent', (c->>'isTest')::boolean,
            CASE WHEN (c->>'received')::boolean THEN now() END, CASE WHEN (c->>'shown')::boolean THEN now() END, CASE WHEN (c->>'clicked')::boolean THEN now() END
       ${from}, jsonb_array_elements(v->'campaigns') AS each(c)`,
    [workspaceId, rows],
  );
  const people = made.map(({ devices, campaigns, ...plain }) => ({
    ...plain,
    devices: devices.map(({ status, isTest, ...device }) => ({ ...device, isCounted: status === "active" && !isTest })),
    campaigns: campaigns.filter(({ isTest }) => !isTest),
  }));
  return { people, world };
}
