import "server-only";
import { contentFor, stepContents } from "#lib/campaigns/step-contents.ts";
import { Content } from "#lib/content/schema.ts";
import { withUtm } from "#lib/content/utm.ts";
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
  const [row] = await query<ClickedMessage>(
    `SELECT m.site_id, m.content AS own_content, m.variant, u.locale, r.winner_variant,
            coalesce(w.step -> 'content', t.content) AS content, coalesce(w.step -> 'translations', t.translations) AS translations,
            coalesce(w.step -> 'variants', t.variants) AS variants FROM message m
       LEFT JOIN campaign_step t ON t.workspace_id = m.workspace_id AND t.campaign_id = m.campaign_id AND t.index = m.step_index
       LEFT JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id
       LEFT JOIN run r ON r.workspace_id = m.workspace_id AND r.id = m.run_id
       LEFT JOIN LATERAL (
         SELECT v.steps -> (array_position(v.keys, m.step_index) - 1) AS step FROM enrollment e
           JOIN steps_version v ON v.campaign_id = e.campaign_id AND v.version = e.version
          WHERE e.workspace_id = m.workspace_id AND e.id = m.enrollment_id) AS w ON true
      WHERE m.id = $1`,
    [messageId],
  );
  if (!row) throw notFound("Link");
  const site = await findPublicSite(row.site_id);
  const content = contentOf(row);
  await recordSdkEvents(site, [{ type: "clicked", t: token }], undefined);
  return withUtm(content?.url ?? site.url, { ...site.settings.utm, ...content?.utm });
}

interface ClickedMessage {
  site_id: string;
  own_content: unknown;
  variant: number;
  locale: string | null;
  winner_variant: number | null;
  content: unknown;
  translations: unknown;
  variants: unknown;
}

function contentOf(row: ClickedMessage): Content | undefined {
  if (row.own_content !== null) return Content.parse(row.own_content);
  return row.content === null ? undefined : contentFor(stepContents(row), row.variant, row.locale, row.winner_variant);
}
