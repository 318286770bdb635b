import "server-only";
import type { z } from "zod";
import { query } from "#lib/db.ts";
import { AppError, invalid } from "#lib/errors.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import { type ChangeTags, type Identify, maxPreferences, maxTags, type Wishes } from "./schema.ts";

/** Who speaks: the person behind a subscription, found by the browser's own token. */
export interface BrowserPerson {
  workspaceId: string;
  siteId: string;
  subscriberId: string;
  subscriptionId: string;
}

/**
 * The person behind a subscription of the site.
 *
 * @throws not_found the subscription is not of this site
 */
export async function findBrowserPerson(site: PublicSite, subscriptionId: string): Promise<BrowserPerson> {
  const [row] = await query<{ subscriber_id: string }>(
    "SELECT subscriber_id FROM subscription WHERE workspace_id = $1 AND site_id = $2 AND id = $3",
    [site.workspaceId, site.id, subscriptionId],
  );
  if (!row) throw new AppError("not_found", "Subscription not found.");
  return { workspaceId: site.workspaceId, siteId: site.id, subscriberId: row.subscriber_id, subscriptionId };
}

/**
 * Says who the person is. An external id that another subscriber already has is refused: two people are merged by the
 * workspace, never by a browser.
 *
 * @throws conflict the external id belongs to another subscriber
 */
export async function identify(person: BrowserPerson, input: Omit<z.output<typeof Identify>, "token">): Promise<void> {
  await query(
    `UPDATE subscriber SET external_id = coalesce($3, external_id), name = coalesce($4, name),
            attributes = attributes || $5::jsonb, updated_at = now()
      WHERE workspace_id = $1 AND id = $2`,
    [
      person.workspaceId,
      person.subscriberId,
      input.externalId ?? null,
      input.name ?? null,
      JSON.stringify(input.attributes ?? {}),
    ],
  ).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "23505")
      throw new AppError("conflict", "Another subscriber already has this external id.");
    throw error;
  });
}

/**
 * Adds and removes tags; a tag in both lists is removed.
 *
 * @throws validation_error there would be more than 200
 */
export async function changeTags(person: BrowserPerson, input: z.output<typeof ChangeTags>): Promise<string[]> {
  const [row] = await query<{ tags: string[] }>(
    `UPDATE subscriber SET updated_at = now(), tags = changed.tags
       FROM (SELECT coalesce(array_agg(DISTINCT tag), '{}') AS tags
               FROM subscriber, unnest(tags || $3::text[]) AS tag
              WHERE workspace_id = $1 AND id = $2 AND tag <> ALL ($4::text[])) AS changed
      WHERE workspace_id = $1 AND id = $2 AND cardinality(changed.tags) <= ${maxTags}
      RETURNING subscriber.tags`,
    [person.workspaceId, person.subscriberId, input.add ?? [], input.remove ?? []],
  );
  if (!row) throw invalid("add", `At most ${maxTags} tags.`);
  return row.tags;
}

/** Sets what the person wants to hear of, and when they want quiet; what is not named stays, null ends quiet hours. */
export async function setPreferences(person: BrowserPerson, wishes: Wishes): Promise<void> {
  const { quietHours, ...preferences } = wishes;
  const changed = await query(
    `UPDATE subscriber SET preferences = preferences || $3::jsonb, updated_at = now(),
            quiet_hours = CASE WHEN $4 THEN $5::jsonb ELSE quiet_hours END
      WHERE workspace_id = $1 AND id = $2 AND (SELECT count(*) FROM jsonb_object_keys(preferences || $3::jsonb)) <= ${maxPreferences}
      RETURNING 1`,
    [
      person.workspaceId,
      person.subscriberId,
      JSON.stringify(preferences),
      quietHours !== undefined,
      quietHours ? JSON.stringify(quietHours) : null,
    ],
  );
  if (changed.length === 0) throw invalid("preferences", `At most ${maxPreferences} categories.`);
}
