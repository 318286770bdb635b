import "server-only";
import { Options, Trigger } from "#lib/campaigns/schema.ts";
import { holdoutVariant, restVariant, Variant } from "#lib/campaigns/variants-schema.ts";
import { query } from "#lib/db.ts";
import { SiteSettings } from "#lib/sites/schema.ts";

/** What of a campaign decides when, in which variant and whether at all a subscription of its audience gets it. */
export interface SendingRules {
  trigger: Trigger;
  options: Options;
  /** Of its only step. */
  variants: Pick<Variant, "weight">[];
  site: Pick<SiteSettings, "timezone" | "quietHours">;
}

/** How a page of the audience becomes messages, as SQL over `page` (of `id`, `subscriber_id`, `zone`, `own`). */
export interface LedgerRows {
  /** A CTE more, after `page`, or nothing. */
  with: string;
  /** FROM, in place of `page`. */
  from: string;
  status: string;
  reason: string;
  variant: string;
  /** When it may go out; null for at once. */
  dueAt: string;
  values: unknown[];
}

/**
 * SQL that gives each subscription its variant, its time and its place in a test. A person's share is decided by MD5 of
 * run and person, so that a page written twice says the same, all devices of a person are treated alike, and every run
 * draws anew; only the hold-out is drawn by campaign, so that it stays the same people.
 *
 * @param offset of the parameters that are there already; $3 is the run, $6 the campaign
 * @returns undefined for a campaign that goes to everybody at once with one content
 */
export function ledgerRows(rules: SendingRules, offset: number): LedgerRows | undefined {
  const { options, variants } = rules;
  const localAt = rules.trigger.type === "one_time" ? rules.trigger.localAt : undefined;
  const quiet = quietHoursOf(options, rules.site);
  const { testShare = 1, waitMinutes = 0, holdoutShare = 0 } = options.experiment ?? {};
  const isTest = variants.length > 0 && testShare < 1;
  if (localAt === undefined && !quiet && variants.length === 0 && holdoutShare === 0) return undefined;

  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${offset + values.push(value)}::${type}`;
  const isHeldOut =
    holdoutShare > 0 ? `${drawn("$6", 1)} < ${parameter(Math.round(holdoutShare * resolution), "bigint")}` : "false";
  const isRest = isTest ? `${drawn("$3", 1)} >= ${parameter(Math.round(testShare * resolution), "bigint")}` : "false";

  // Each zone's time once a page, not once a row.
  const hasSlots = localAt !== undefined || quiet !== null;
  let slots = "";
  if (hasSlots) {
    const zone = `known_zone(zone, ${parameter(rules.site.timezone, "text")})`;
    const base =
      localAt === undefined
        ? "now()"
        : `greatest(now(), instant_of_wall_time(${parameter(localAt, "timestamp")}, ${zone}))`;
    slots = `, slot AS MATERIALIZED (
      SELECT coalesce(zone, '') AS zone_key, coalesce(own::text, '') AS own_key,
             after_quiet_hours(${base}, ${zone}, ${parameter(quiet === null ? null : JSON.stringify(quiet), "jsonb")}, own) AS at
        FROM (SELECT DISTINCT zone, own FROM page) AS each)`;
  }
  const slotAt = hasSlots ? "CASE WHEN slot.at > now() THEN slot.at END" : "NULL::timestamptz";
  const decideAt = () => `$5::timestamptz + make_interval(mins => ${parameter(waitMinutes, "int")})`;
  return {
    with: slots,
    from: hasSlots
      ? "page JOIN slot ON slot.zone_key = coalesce(page.zone, '') AND slot.own_key = coalesce(page.own::text, '')"
      : "page",
    status: `CASE WHEN ${isHeldOut} THEN 'skipped' ELSE 'queued' END::message_status`,
    reason: `CASE WHEN ${isHeldOut} THEN '${holdoutReason}' END`,
    variant: `(CASE WHEN ${isHeldOut} THEN ${holdoutVariant} WHEN ${isRest} THEN ${restVariant} ELSE ${variantOf(variants)} END)::smallint`,
    dueAt: isTest ? `CASE WHEN ${isRest} THEN greatest(${decideAt()}, ${slotAt}) ELSE ${slotAt} END` : slotAt,
    values,
  };
}

export const holdoutReason = "holdout";

/** The quiet hours of a send: the campaign's own, else the site's. A subscriber's come on top. */
export function quietHoursOf(options: Options, site: Pick<SiteSettings, "quietHours">): SiteSettings["quietHours"] {
  return options.quietHours === undefined ? site.quietHours : options.quietHours;
}

const resolution = 2 ** 32;

/** An even number from 0 to 2³² − 1 out of MD5 of an id and the person: 32 of its bits, counted from the `word`th. */
function drawn(id: "$3" | "$6", word: 1 | 2): string {
  const hash = `md5(${id}::uuid::text || ':' || page.subscriber_id::text)`;
  return `('x' || substr(${hash}, ${(word - 1) * 8 + 1}, 8))::bit(32)::bigint`;
}

/** The number of the variant whose weight the person's draw falls into; numbers only, so no parameters. */
function variantOf(variants: SendingRules["variants"]): string {
  if (variants.length === 0) return "0";
  let sum = 0;
  const arms = variants.map(({ weight }, index) => {
    sum += weight;
    return `WHEN ${drawn("$3", 2)} < ${Math.ceil((Math.min(sum, 100) / 100) * resolution)} THEN ${index}`;
  });
  return `CASE ${arms.join(" ")} ELSE ${variants.length - 1} END`;
}

/** The rules of a campaign, read once by whoever writes its ledger. */
export async function loadRules(workspaceId: string, campaignId: string): Promise<SendingRules | undefined> {
  const [row] = await query<{ trigger: unknown; options: unknown; variants: unknown; settings: unknown }>(
    `SELECT c.trigger, c.options, coalesce(t.variants, '[]') AS variants, s.settings FROM campaign c
       LEFT JOIN campaign_step t ON t.workspace_id = c.workspace_id AND t.campaign_id = c.id AND t.index = 0
       LEFT JOIN site s ON s.workspace_id = c.workspace_id AND s.id = c.site_id
      WHERE c.workspace_id = $1 AND c.id = $2`,
    [workspaceId, campaignId],
  );
  if (!row) return undefined;
  return {
    trigger: Trigger.parse(row.trigger),
    options: Options.parse(row.options),
    variants: Variant.array().parse(row.variants),
    site: row.settings === null ? { timezone: "UTC", quietHours: null } : SiteSettings.parse(row.settings),
  };
}
