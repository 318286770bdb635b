import "server-only";
import type { Audience } from "#lib/campaigns/audience-schema.ts";
import { query } from "#lib/db.ts";
import { Parameters } from "#lib/segments/rules.ts";
import type { FrequencyCap, QuietHours } from "#lib/sites/schema.ts";
import { fixAudience, peopleConditions } from "./audience.ts";

/** What is looked at beside who is in the audience. */
export interface ReachQuestion {
  workspaceId: string;
  siteId: string;
  timezone: string;
  audience: Audience;
  /** The send's own or the site's. */
  quietHours: QuietHours | null;
  frequencyCap: FrequencyCap | null;
  /** What the campaign is about, if it says so. */
  category: string | undefined;
  /** When it begins. */
  startsAt: Date;
  localAt: string | undefined;
  /** Variables that have no fallback, by name: `name`, `attribute.city`. */
  needed: readonly string[];
}

/** Whom an audience reaches and why the others not; people unless it says devices. */
export interface Reach {
  /** In the audience, reachable or not. */
  selected: number;
  optedOut: number;
  /** In the audience and willing, without any active device. */
  withoutDevice: number;
  people: number;
  devices: number;
  /** With more than one device: they get it on each, counted once by the cap. */
  severalDevices: number;
  capped: number;
  /** They asked for quiet for a while, or do not want to hear of this category. */
  unwilling: number;
  /** Whose turn comes later because it begins in their quiet hours. */
  quiet: number;
  /** Whose local time has passed when it begins. */
  passed: number;
  /** When the last of them has their turn. */
  lastAt: Date | null;
  /** People without a value, by variable. */
  missing: { variable: string; people: number }[];
}

/**
 * Counts an audience and explains the difference between who is in it and who gets it. Reads the site's subscriptions once,
 * and no ledger.
 */
export async function measureReach(question: ReachQuestion): Promise<Reach> {
  const { needed } = question;
  const parameters = new Parameters(2);
  const people = peopleConditions(await fixAudience(question.workspaceId, question.audience), parameters);
  const cap = question.frequencyCap;
  const capped = cap
    ? `EXISTS (SELECT 1 FROM subscriber_touch t WHERE t.site_id = $2 AND t.subscriber_id = u.id AND
        (SELECT count(*) FROM unnest(t.ats) AS at WHERE at > now() - make_interval(hours => ${parameters.add(cap.hours)}::int)) >= ${parameters.add(cap.count)}::int)`
    : "false";
  const wants =
    question.category === undefined
      ? "true"
      : `coalesce(u.preferences ->> ${parameters.add(question.category)}::text, '') <> 'false'`;
  const lacks = needed.map((name) => lacking(name, parameters));
  const zone = `known_zone(zone, ${parameters.add(question.timezone)}::text)`;
  const startsAt = `${parameters.add(question.startsAt)}::timestamptz`;
  const local =
    question.localAt === undefined
      ? "NULL::timestamptz"
      : `instant_of_wall_time(${parameters.add(question.localAt)}::timestamp, ${zone})`;
  const quiet = `${parameters.add(question.quietHours && JSON.stringify(question.quietHours))}::jsonb`;
  const missing = needed.map((_, index) => `missing_${index}`);
  const [row] = await query<Record<string, number> & { last_at: Date | null }>(
    `WITH person AS (
       SELECT u.timezone AS zone, u.quiet_hours AS own, u.is_active, s.devices,
              s.devices > 0 AND u.is_active AND ${capped} AS capped,
              s.devices > 0 AND u.is_active AND (coalesce(u.paused_until > now(), false) OR NOT ${wants}) AS unwilling
              ${lacks.map((condition, index) => `, s.devices > 0 AND u.is_active AND ${condition} AS missing_${index}`).join("")}
         FROM (SELECT subscriber_id, count(*) FILTER (WHERE status = 'active')::int AS devices FROM subscription
                WHERE workspace_id = $1 AND site_id = $2 AND NOT is_test GROUP BY subscriber_id) AS s
         JOIN subscriber u ON u.workspace_id = $1 AND u.id = s.subscriber_id AND NOT u.is_deleted
        WHERE ${["true", ...people].join(" AND ")}),
     place AS (
       SELECT zone, own, count(*) AS selected, count(*) FILTER (WHERE NOT is_active) AS opted_out,
              count(*) FILTER (WHERE is_active AND devices = 0) AS without_device, count(*) FILTER (WHERE is_active AND devices > 0) AS people,
              coalesce(sum(devices) FILTER (WHERE is_active), 0) AS devices, count(*) FILTER (WHERE is_active AND devices > 1) AS several_devices,
              count(*) FILTER (WHERE capped) AS capped, count(*) FILTER (WHERE unwilling) AS unwilling
              ${missing.map((name) => `, count(*) FILTER (WHERE ${name}) AS ${name}`).join("")}
         FROM person GROUP BY zone, own),
     timed AS (SELECT place.*, ${local} AS local_at, greatest(${startsAt}, ${local}) AS meant_at FROM place),
     due AS (SELECT timed.*, after_quiet_hours(meant_at, ${zone}, ${quiet}, own) AS due_at FROM timed)
     SELECT ${[
       "selected",
       "opted_out",
       "without_device",
       "people",
       "devices",
       "several_devices",
       "capped",
       "unwilling",
       ...missing,
     ]
       .map((name) => `coalesce(sum(${name}), 0)::int AS ${name}`)
       .join(", ")},
            coalesce(sum(people) FILTER (WHERE due_at > meant_at), 0)::int AS quiet,
            coalesce(sum(people) FILTER (WHERE local_at < ${startsAt}), 0)::int AS passed,
            max(due_at) FILTER (WHERE people > 0) AS last_at
       FROM due`,
    [question.workspaceId, question.siteId, ...parameters.values],
  );
  const count = (name: string) => row?.[name] ?? 0;
  return {
    selected: count("selected"),
    optedOut: count("opted_out"),
    withoutDevice: count("without_device"),
    people: count("people"),
    devices: count("devices"),
    severalDevices: count("several_devices"),
    capped: count("capped"),
    unwilling: count("unwilling"),
    quiet: count("quiet"),
    passed: count("passed"),
    lastAt: row?.last_at ?? null,
    missing: needed.map((variable, index) => ({ variable, people: count(`missing_${index}`) })),
  };
}

const columns: Record<string, string> = {
  name: "u.name",
  externalId: "u.external_id",
  country: "u.country",
  locale: "u.locale",
  timezone: "u.timezone",
};

/** Whether a person has no value for a variable. What an event or feed brings is not the person's to lack. */
function lacking(name: string, parameters: Parameters): string {
  if (name.startsWith("attribute."))
    return `coalesce(u.attributes ->> ${parameters.add(name.slice("attribute.".length))}::text, '') = ''`;
  const column = columns[name];
  return column ? `coalesce(${column}, '') = ''` : "false";
}
