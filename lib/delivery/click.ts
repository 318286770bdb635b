import "server-only";
import { Content, withUtm } from "#lib/content/schema.ts";
import { query } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { readEventToken } from "#lib/subscribers/tokens.ts";
import { recordSdkEvents } from "./sdk-events.ts";

/**
 * Follows the click redirect of a message where no worker runs (Safari's declarative push): counts the click and finds
 * the target in the database, never in the address.
 *
 * @param token the message's event token
 * @returns the URL to go to
 * @throws not_found the token is forged, or the message or its site is gone
 */
export async function followClick(token: string): Promise<string> {
  const messageId = readEventToken(token);
  if (messageId === undefined) throw notFound("Link");
  const [row] = await query<{ site_id: string; content: unknown }>(
    `SELECT m.site_id, coalesce(m.content, t.content) AS content FROM message m
       LEFT JOIN campaign_step t ON t.workspace_id = m.workspace_id AND t.campaign_id = m.campaign_id AND t.index = m.step_index
      WHERE m.id = $1`,
    [messageId],
  );
  if (!row) throw notFound("Link");
  const site = await findPublicSite(row.site_id);
  const content = Content.safeParse(row.content);
  await recordSdkEvents(site, [{ type: "clicked", t: token }], undefined);
  const url = content.data?.url ?? site.url;
  return withUtm(url, { ...site.settings.utm, ...content.data?.utm });
}
