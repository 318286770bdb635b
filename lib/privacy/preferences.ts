import "server-only";
import { systemContext } from "#lib/context.ts";
import { db, query, transaction } from "#lib/db.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { QuietHours, SiteSettings } from "#lib/sites/schema.ts";
import { phoneOf } from "#lib/subscribers/phones.ts";
import { Attributes, maxPreferences, Preferences } from "#lib/subscribers/schema.ts";
import { eraseSubscriber } from "./erase.ts";
import type { LinkedPerson } from "./preference-link.ts";
import type { PersonView, PreferenceChanges } from "./schema.ts";

/** What a person may see and decide by their own link. No member of the workspace acts here. */

/** Who a link is for now: its person, or who that one turned out to be. */
async function presentOf({ workspaceId, subscriberId }: LinkedPerson): Promise<LinkedPerson> {
  const linked = await db.subscriber.findFirst({
    where: { id: subscriberId, workspaceId },
    select: { mergedIntoId: true },
  });
  return { workspaceId, subscriberId: linked?.mergedIntoId ?? subscriberId };
}

/** @throws not_found the person was erased */
export async function getPersonView(link: LinkedPerson): Promise<PersonView> {
  const { workspaceId, subscriberId } = await presentOf(link);
  const person = await db.subscriber.findFirst({
    where: { id: subscriberId, workspaceId },
    include: {
      subscriptions: { where: { status: { not: "invalid" } }, orderBy: { id: "desc" }, include: { site: true } },
    },
  });
  if (!person) throw notFound("Subscriber");
  const [consents, counted] = await Promise.all([
    db.consent.findMany({ where: { workspaceId, subscriberId }, orderBy: { id: "desc" }, take: 20 }),
    query<{ messages: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM (SELECT 1 FROM message WHERE workspace_id = $1 AND subscriber_id = $2 LIMIT 10000) AS m) AS messages,
              (SELECT count(*)::int FROM (SELECT 1 FROM event WHERE workspace_id = $1 AND subscriber_id = $2 LIMIT 10000) AS e) AS events`,
      [workspaceId, subscriberId],
    ),
  ]);
  const preferences = Preferences.parse(person.preferences);
  const sites = new Map(person.subscriptions.flatMap(({ site }) => (site && !site.isDeleted ? [[site.id, site]] : [])));
  const categories = new Map(
    [...sites.values()].flatMap((site) =>
      SiteSettings.parse(site.settings).categories.map((each) => [each.key, each.name]),
    ),
  );
  return {
    siteNames: [...sites.values()].map(({ name }) => name),
    categories: [...categories].map(([key, name]) => ({ key, name, wanted: preferences[key] !== false })),
    name: person.name,
    externalId: person.externalId,
    locale: person.locale,
    timezone: person.timezone,
    country: person.country,
    tags: person.tags,
    attributes: Attributes.parse(person.attributes),
    phone: phoneOf(person.subscriptions),
    isActive: person.isActive,
    isDeleted: person.isDeleted,
    pausedUntil: person.pausedUntil && person.pausedUntil > new Date() ? person.pausedUntil : null,
    quietHours: QuietHours.safeParse(person.quietHours).data ?? null,
    devices: person.subscriptions.map(({ id, channel, site, browser, os, status, createdAt }) => ({
      id,
      channel,
      siteName: site?.name ?? null,
      browser,
      os,
      isActive: status === "active",
      createdAt,
    })),
    consents,
    messages: counted[0]?.messages ?? 0,
    events: counted[0]?.events ?? 0,
  };
}

/**
 * Pauses, opts in or out, sets quiet hours, and says which categories are wanted. Opting out unsubscribes no device, so that it can be
 * taken back; it is kept in the consent record.
 *
 * @throws not_found · validation_error (field `preferences`) more than 100 categories
 */
export async function changePreferences(link: LinkedPerson, changes: PreferenceChanges): Promise<void> {
  const { workspaceId, subscriberId } = await presentOf(link);
  await transaction(async (client) => {
    const { rows } = await client.query<{ is_active: boolean }>(
      "SELECT is_active FROM subscriber WHERE workspace_id = $1 AND id = $2 AND NOT is_deleted FOR UPDATE",
      [workspaceId, subscriberId],
    );
    const [before] = rows;
    if (!before) throw notFound("Subscriber");
    const { rowCount } = await client.query(
      `UPDATE subscriber SET is_active = coalesce($3, is_active), preferences = preferences || $4::jsonb, updated_at = now(),
              paused_until = CASE WHEN $5::int IS NULL THEN paused_until WHEN $5 = 0 THEN NULL ELSE now() + make_interval(days => $5) END,
              quiet_hours = CASE WHEN $6 THEN $7::jsonb ELSE quiet_hours END
        WHERE workspace_id = $1 AND id = $2 AND (SELECT count(*) FROM jsonb_object_keys(preferences || $4::jsonb)) <= ${maxPreferences}
        RETURNING 1`,
      [
        workspaceId,
        subscriberId,
        changes.isActive ?? null,
        JSON.stringify(changes.preferences ?? {}),
        changes.pauseDays ?? null,
        changes.quietHours !== undefined,
        changes.quietHours ? JSON.stringify(changes.quietHours) : null,
      ],
    );
    if (rowCount === 0) throw invalid("preferences", `At most ${maxPreferences} categories.`);
    if (changes.isActive === undefined || changes.isActive === before.is_active) return;
    await client.query(
      `INSERT INTO consent (id, workspace_id, site_id, subscriber_id, subscription_id, kind, source, address_hash)
       SELECT uuidv7(), workspace_id, site_id, subscriber_id, id, $3, 'preference_page', address_hash
         FROM subscription WHERE workspace_id = $1 AND subscriber_id = $2 AND status = 'active'`,
      [workspaceId, subscriberId, changes.isActive ? "granted" : "withdrawn"],
    );
  });
}

/** The person asks to be forgotten. @throws not_found they are already */
export async function erasePerson(link: LinkedPerson): Promise<void> {
  const { workspaceId, subscriberId } = await presentOf(link);
  await eraseSubscriber(systemContext(workspaceId, `preferences-${newId()}`), subscriberId);
}
