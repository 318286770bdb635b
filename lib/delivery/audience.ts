import "server-only";
import { z } from "zod";
import { Audience, type Exclude, namedIn } from "#lib/campaigns/audience-schema.ts";
import { query } from "#lib/db.ts";
import { isId } from "#lib/ids.ts";
import { Parameters, segmentCondition } from "#lib/segments/rules.ts";
import { SegmentRules } from "#lib/segments/schema.ts";

/**
 * An audience with the rules of the segments it names, as they are at one moment. A run keeps its own (`run.audience`),
 * so that a rule edited under way, or a clock that moves on, does not change whom it reaches.
 */
export const FixedAudience = z.object({
  audience: Audience,
  segments: z.record(z.string(), z.object({ rules: SegmentRules, siteId: z.string().nullable() })),
  /** "Within the last n days" counts back from here; an ISO instant. */
  at: z.string(),
});
export type FixedAudience = z.output<typeof FixedAudience>;

/** Reads the rules of the segments that an audience names. One that is gone is empty. */
export async function fixAudience(
  workspaceId: string,
  audience: Audience,
  at: Date = new Date(),
): Promise<FixedAudience> {
  const ids = namedIn(audience).segmentIds.filter(isId);
  const rows =
    ids.length === 0
      ? []
      : await query<{ id: string; rules: unknown; site_id: string | null }>(
          "SELECT id, rules, site_id FROM segment WHERE workspace_id = $1 AND id = ANY ($2::uuid[])",
          [workspaceId, ids],
        );
  const segments = rows.map(({ id, rules, site_id: siteId }) => [id, { rules: SegmentRules.parse(rules), siteId }]);
  return { audience, segments: Object.fromEntries(segments), at: at.toISOString() };
}

/**
 * Whom a campaign reaches, as SQL over `subscription s` and `subscriber u`: active devices of active people, no test
 * devices. The audience is never read into this process: the ledger is written by INSERT … SELECT over this.
 *
 * @returns the condition and its parameters, numbered after `offset`; $1 is the workspace, $2 the site
 */
export function audienceCondition(fixed: FixedAudience, offset: number): { where: string; values: unknown[] } {
  const parameters = new Parameters(offset);
  const where = `s.workspace_id = $1 AND s.site_id = $2 AND s.status = 'active' AND NOT s.is_test
    AND u.workspace_id = s.workspace_id AND u.id = s.subscriber_id AND u.is_active AND NOT u.is_deleted
    ${peopleConditions(fixed, parameters)
      .map((condition) => ` AND ${condition}`)
      .join("")}`;
  return { where, values: parameters.values };
}

/** What an audience asks of the people themselves, as conditions over `subscriber u`; $1 is the workspace. */
export function peopleConditions(fixed: FixedAudience, parameters: Parameters): string[] {
  const { audience } = fixed;
  const without = audience.exclude ? excluded(audience.exclude, fixed, parameters) : [];
  return [...included(fixed, parameters), ...without.map((condition) => `NOT ${condition}`)];
}

function included(fixed: FixedAudience, parameters: Parameters): string[] {
  const { audience } = fixed;
  switch (audience.type) {
    case "all":
      return [];
    case "segment":
      return [inSegment(audience.segmentId, fixed, parameters)];
    case "group":
      return [inGroups([audience.groupId], parameters)];
    case "custodians":
      return [
        `EXISTS (SELECT 1 FROM group_custodian k WHERE k.workspace_id = $1 AND k.subscriber_id = u.id AND k.group_id = ANY (${parameters.add([audience.groupId].filter(isId))}::uuid[]))`,
      ];
    case "event_subject":
      // Reached one by one as events come, by enrollments: never by a run.
      return ["false"];
    case "subscribers":
      return [
        `(u.id = ANY (${parameters.add((audience.ids ?? []).filter(isId))}::uuid[]) OR u.external_id = ANY (${parameters.add(audience.externalIds ?? [])}::text[]))`,
      ];
  }
}

function excluded(exclude: Exclude, fixed: FixedAudience, parameters: Parameters): string[] {
  const { segmentIds = [], groupIds = [], subscriberIds = [], externalIds = [] } = exclude;
  return [
    ...segmentIds.map((id) => inSegment(id, fixed, parameters)),
    ...(groupIds.length > 0 ? [inGroups(groupIds, parameters)] : []),
    ...(subscriberIds.length > 0 ? [`u.id = ANY (${parameters.add(subscriberIds.filter(isId))}::uuid[])`] : []),
    ...(externalIds.length > 0
      ? [`coalesce(u.external_id = ANY (${parameters.add(externalIds)}::text[]), false)`]
      : []),
  ];
}

function inSegment(id: string, fixed: FixedAudience, parameters: Parameters): string {
  const segment = fixed.segments[id];
  return segment ? segmentCondition(segment, parameters, new Date(fixed.at)) : "false";
}

function inGroups(ids: readonly string[], parameters: Parameters): string {
  return `EXISTS (SELECT 1 FROM group_member g WHERE g.workspace_id = $1 AND g.subscriber_id = u.id AND g.group_id = ANY (${parameters.add(ids.filter(isId))}::uuid[]))`;
}

/** How many subscriptions the audience has now, counted up to `limit`. */
export async function countAudience(
  workspaceId: string,
  siteId: string | null,
  audience: Audience,
  limit: number,
): Promise<number> {
  const { where, values } = audienceCondition(await fixAudience(workspaceId, audience), 3);
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM subscription s, subscriber u WHERE ${where} LIMIT $3) AS limited`,
    [workspaceId, siteId, limit, ...values],
  );
  return row?.count ?? 0;
}

/** Whether an audience names a person, as things are now: the question behind "why did they not get it?". */
export async function namesPerson(workspaceId: string, audience: Audience, subscriberId: string): Promise<boolean> {
  const parameters = new Parameters(2);
  const conditions = peopleConditions(await fixAudience(workspaceId, audience), parameters);
  const rows = await query(
    `SELECT 1 FROM subscriber u WHERE ${["u.workspace_id = $1", "u.id = $2", ...conditions].join(" AND ")}`,
    [workspaceId, subscriberId, ...parameters.values],
  );
  return rows.length > 0;
}
