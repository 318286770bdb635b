import "server-only";
import { query } from "#lib/db.ts";
import {
  type CountOperator,
  type EventValue,
  instantOf,
  isRule,
  membersOf,
  parseField,
  type Rule,
  type RuleGroup,
  type Rules,
  type Scalar,
} from "./grammar.ts";

/** Collects a statement's parameters: `parameters.add(x)` is the `$n` that stands for x. Nothing else reaches the SQL. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #offset: number;

  /** @param offset how many parameters the statement has before these */
  constructor(offset: number) {
    this.#offset = offset;
  }

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.#offset + this.values.length}`;
  }
}

export interface RuleContext {
  parameters: Parameters;
  /** The placeholder of the workspace's id. */
  workspace: string;
  /** "Within the last n days" counts back from here. */
  now: Date;
  /** What `property.<key>` reads, in conditions; without it no property exists. */
  properties?: Record<string, unknown>;
}

/**
 * Rules as a condition over `subscriber u`. Every value is a parameter, field and operator choose among texts written
 * here, and the condition is true or false for every row, never null: a missing value matches nothing, and what is
 * negated matches whoever lacks the value.
 *
 * @param rules checked by SegmentRules or Condition of ./schema.ts
 */
export function compileRules(rules: Rules, context: RuleContext): string {
  return compileGroup(rules, context);
}

function compileGroup(group: RuleGroup, context: RuleContext): string {
  const { match, nodes } = membersOf(group);
  if (nodes.length === 0) return match === "all" ? "true" : "false";
  const together = match === "all" ? nodes.filter(isRule) : [];
  const parts = nodes.map((node) =>
    isRule(node) ? compileRule(node, context, together) : compileGroup(node, context),
  );
  // PostgreSQL takes the members of an OR as they stand: what the person's own row answers goes before another table.
  const asksElsewhere = (part: string) => Number(part.includes("SELECT"));
  parts.sort((a, b) => asksElsewhere(a) - asksElsewhere(b));
  return `(${parts.join(match === "all" ? " AND " : " OR ")})`;
}

const opposites = {
  neq: "eq",
  notIn: "in",
  notWithinDays: "withinDays",
  didNot: "did",
  isNot: "is",
} as const;

/** @param together rules that must hold for the same person as this one */
function compileRule(rule: Rule, context: RuleContext, together: Rule[] = []): string {
  const { op } = rule;
  if (op in opposites) {
    const positive = opposites[op as keyof typeof opposites];
    return `NOT ${compileRule({ ...rule, op: positive }, context)}`;
  }
  if (op === "exists" && rule.value === false) return `NOT ${compileRule({ ...rule, value: true }, context)}`;
  const field = parseField(rule.field);
  switch (field?.kind) {
    case "tag":
      return tagRule(rule, context);
    case "text":
      return `coalesce(${textRule(`u.${field.column}`, rule, context)}, false)`;
    case "device":
      return deviceRule(field.column, rule, context);
    case "time":
      return timeRule(field.column === "subscribedAt" ? "u.created_at" : "u.last_seen_at", rule, context);
    case "attribute":
      return attributeRule(field.key, rule, context);
    case "property":
      return propertyRule(field.key, rule, context);
    case "group":
      return `EXISTS (SELECT 1 FROM group_member g WHERE g.workspace_id = ${context.workspace} AND g.subscriber_id = u.id AND g.group_id = ANY (${context.parameters.add(listOf(rule))}::uuid[]))`;
    case "event":
      return eventRule(field.name, rule, context);
    case "campaign":
      return campaignRule(field.id, rule, context, together);
    default:
      throw new TypeError(`no such field: ${rule.field}`);
  }
}

/** The values of `eq` and `in` alike. */
function listOf(rule: Rule): Scalar[] {
  const { value } = rule;
  if (Array.isArray(value)) return value;
  if (value === undefined || typeof value === "object") throw new TypeError(`${rule.field}: no value to compare with`);
  return [value];
}

function textOf(rule: Rule): string {
  if (typeof rule.value !== "string") throw new TypeError(`${rule.field}: not a text`);
  return rule.value;
}

function daysOf(rule: Rule): number {
  if (typeof rule.value !== "number") throw new TypeError(`${rule.field}: not a number of days`);
  return rule.value;
}

/** Equality is exact; `contains` and `startsWith` take A–Z and a–z as one. Null where the column is. */
function textRule(column: string, rule: Rule, { parameters }: RuleContext): string {
  switch (rule.op) {
    case "eq":
      return `${column} = ${parameters.add(textOf(rule))}::text`;
    case "in":
      return `${column} = ANY (${parameters.add(listOf(rule))}::text[])`;
    case "contains":
      return `position(${parameters.add(lowerAscii(textOf(rule)))}::text IN lower(${column} COLLATE "C")) > 0`;
    case "startsWith":
      return `starts_with(lower(${column} COLLATE "C"), ${parameters.add(lowerAscii(textOf(rule)))}::text)`;
    case "exists":
      return `${column} IS NOT NULL`;
    default:
      throw new TypeError(`a text knows no ${rule.op}`);
  }
}

/** What PostgreSQL's lower() does under the collation "C". */
export function lowerAscii(value: string): string {
  return value.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function tagRule(rule: Rule, context: RuleContext): string {
  const { parameters } = context;
  switch (rule.op) {
    case "eq":
      return `u.tags @> ${parameters.add([textOf(rule)])}::text[]`;
    case "in":
      return `u.tags && ${parameters.add(listOf(rule))}::text[]`;
    case "exists":
      return "u.tags <> '{}'";
    default:
      return `EXISTS (SELECT 1 FROM unnest(u.tags) AS tag(name) WHERE ${textRule("tag.name", rule, context)})`;
  }
}

/** Some active device that is not a test device. */
function deviceRule(column: "browser" | "os" | "channel", rule: Rule, context: RuleContext): string {
  const condition = textRule(column === "channel" ? "d.channel::text" : `d.${column}`, rule, context);
  return `EXISTS (SELECT 1 FROM subscription d WHERE d.workspace_id = ${context.workspace} AND d.subscriber_id = u.id AND d.status = 'active' AND NOT d.is_test AND ${condition})`;
}

const dayMs = 86_400_000;

function timeRule(column: string, rule: Rule, { parameters, now }: RuleContext): string {
  const instant = (value: Scalar) => `${parameters.add(new Date(instantOf(String(value))))}::timestamptz`;
  if (rule.op === "withinDays")
    return `${column} >= ${parameters.add(new Date(now.getTime() - daysOf(rule) * dayMs))}::timestamptz`;
  if (rule.op === "between") {
    const [from = "", to = ""] = listOf(rule);
    return `${column} BETWEEN ${instant(from)} AND ${instant(to)}`;
  }
  const [value = ""] = listOf(rule);
  return `${column} ${comparison(rule.op)} ${instant(value)}`;
}

function comparison(op: Rule["op"]): string {
  switch (op) {
    case "eq":
      return "=";
    case "gt":
      return ">";
    case "gte":
      return ">=";
    case "lt":
      return "<";
    case "lte":
      return "<=";
    default:
      throw new TypeError(`no comparison: ${op}`);
  }
}

function attributeRule(key: string, rule: Rule, context: RuleContext): string {
  const { parameters } = context;
  // Containment is what the index over attributes answers.
  if (rule.op === "eq") return `u.attributes @> ${parameters.add(JSON.stringify({ [key]: rule.value }))}::jsonb`;
  if (rule.op === "in") {
    const each = listOf(rule).map((value) => JSON.stringify({ [key]: value }));
    return `u.attributes @> ANY (${parameters.add(each)}::text[]::jsonb[])`;
  }
  return valueRule(`(u.attributes -> ${parameters.add(key)}::text)`, rule, context);
}

function propertyRule(key: string, rule: Rule, context: RuleContext): string {
  const { parameters, properties = {} } = context;
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  const value = `${parameters.add(own === undefined ? null : JSON.stringify(own))}::jsonb`;
  if (rule.op === "eq" || rule.op === "in") {
    const each = listOf(rule).map((one) => JSON.stringify(one));
    return `coalesce(${value} = ANY (${parameters.add(each)}::text[]::jsonb[]), false)`;
  }
  return valueRule(`(${value})`, rule, context);
}

/** A JSON value of any kind against a rule that asks for one kind: others match nothing. */
function valueRule(json: string, rule: Rule, context: RuleContext): string {
  const { parameters, now } = context;
  const text = `${json} #>> '{}'`;
  const isKind = (kind: "string" | "number") => `jsonb_typeof(${json}) = '${kind}'`;
  const whenNumber = (condition: string) => `coalesce(CASE WHEN ${isKind("number")} THEN ${condition} END, false)`;
  const number = `(${text})::numeric`;
  // Days compare as the texts they are; only what begins like a day is one.
  const whenDay = (condition: string) =>
    `coalesce(CASE WHEN ${isKind("string")} AND (${text}) ~ '^\\d{4}-\\d{2}-\\d{2}' THEN ${condition} END, false)`;
  const date = `left(${text}, 10) COLLATE "C"`;
  switch (rule.op) {
    case "exists":
      return `coalesce(jsonb_typeof(${json}) <> 'null', false)`;
    case "contains":
    case "startsWith":
      return `coalesce(CASE WHEN ${isKind("string")} THEN ${textRule(`(${text})`, rule, context)} END, false)`;
    case "withinDays": {
      const from = new Date(now.getTime() - daysOf(rule) * dayMs).toISOString().slice(0, 10);
      const to = now.toISOString().slice(0, 10);
      return whenDay(`${date} BETWEEN ${parameters.add(from)}::text AND ${parameters.add(to)}::text`);
    }
    case "between": {
      const [from, to] = listOf(rule);
      return typeof from === "number"
        ? whenNumber(`${number} BETWEEN ${parameters.add(from)}::numeric AND ${parameters.add(to)}::numeric`)
        : whenDay(`${date} BETWEEN ${parameters.add(from)}::text AND ${parameters.add(to)}::text`);
    }
    default: {
      const [value] = listOf(rule);
      return typeof value === "number"
        ? whenNumber(`${number} ${comparison(rule.op)} ${parameters.add(value)}::numeric`)
        : whenDay(`${date} ${comparison(rule.op)} ${parameters.add(value)}::text`);
    }
  }
}

/** How often somebody did a custom event. Whoever never did is not among the events, so "fewer than" asks for the others. */
function eventRule(name: string, rule: Rule, { parameters, workspace, now }: RuleContext): string {
  const { count = { op: "gte", value: 1 }, withinDays }: EventValue =
    typeof rule.value === "object" && !Array.isArray(rule.value) ? rule.value : {};
  if (holdsForNone(count))
    return `NOT ${eventRule(name, { ...rule, value: opposite(count, withinDays) }, { parameters, workspace, now })}`;
  const since =
    withinDays === undefined
      ? ""
      : ` AND e.at >= ${parameters.add(new Date(now.getTime() - withinDays * dayMs))}::timestamptz`;
  const events = `event e WHERE e.workspace_id = ${workspace} AND e.type = 'custom' AND e.name = ${parameters.add(name)}::text${since}`;
  if (count.op === "gte" && count.value === 1) return `EXISTS (SELECT 1 FROM ${events} AND e.subscriber_id = u.id)`;
  const often = `HAVING count(*) ${comparison(count.op)} ${parameters.add(count.value)}::int`;
  return `u.id IN (SELECT e.subscriber_id FROM ${events} GROUP BY e.subscriber_id ${often})`;
}

function holdsForNone({ op, value }: NonNullable<EventValue["count"]>): boolean {
  return (op === "lt" && value > 0) || op === "lte" || (op === "gte" && value === 0) || (op === "eq" && value === 0);
}

function opposite(count: NonNullable<EventValue["count"]>, withinDays: number | undefined): EventValue {
  const turned: Record<CountOperator, { op: CountOperator; value: number }> = {
    lt: { op: "gte", value: count.value },
    lte: { op: "gt", value: count.value },
    // Everybody did at least none: the opposite is nobody.
    gte: { op: "lt", value: 0 },
    eq: { op: "gte", value: 1 },
    gt: { op: "lte", value: count.value },
  };
  return { count: turned[count.op], ...(withinDays !== undefined && { withinDays }) };
}

const reached = {
  received: "m.sent_at IS NOT NULL",
  shown: "m.delivered_at IS NOT NULL",
  clicked: "m.clicked_at IS NOT NULL",
} as const;

function campaignRule(
  campaignId: string,
  { field, value }: Rule,
  { parameters, workspace }: RuleContext,
  together: Rule[],
): string {
  const conditions = [reachedBy(value)];
  // Of whoever did one thing and never the other, no message has both: so the fewer need to be looked up again.
  for (const other of together)
    if (other.field === field && other.op === "isNot") conditions.push(`NOT (${reachedBy(other.value)})`);
  return `EXISTS (SELECT 1 FROM message m WHERE m.workspace_id = ${workspace} AND m.subscriber_id = u.id AND m.campaign_id = ${parameters.add(campaignId)}::uuid AND NOT m.is_test AND ${conditions.join(" AND ")})`;
}

function reachedBy(behaviour: Rule["value"]): string {
  if (behaviour !== "received" && behaviour !== "shown" && behaviour !== "clicked")
    throw new TypeError("no such behaviour");
  return reached[behaviour];
}

/** A segment as a condition over `subscriber u`: its rules, and a subscription on its site if it has one. $1 is the workspace. */
export function segmentCondition(
  segment: { rules: Rules; siteId: string | null },
  parameters: Parameters,
  now: Date,
): string {
  const rules = compileRules(segment.rules, { parameters, workspace: "$1", now });
  if (segment.siteId === null) return `(${rules})`;
  return `(${rules} AND EXISTS (SELECT 1 FROM subscription here WHERE here.workspace_id = $1 AND here.subscriber_id = u.id
    AND here.site_id = ${parameters.add(segment.siteId)}::uuid AND here.status = 'active' AND NOT here.is_test))`;
}

/**
 * Whether a condition holds for a person and the properties of an event that happened to them. One statement by key;
 * false for somebody unknown or deleted.
 */
export async function conditionHolds(
  workspaceId: string,
  subscriberId: string,
  condition: Rules,
  properties: Record<string, unknown>,
  now = new Date(),
): Promise<boolean> {
  const parameters = new Parameters(2);
  const where = compileRules(condition, { parameters, workspace: "$1", now, properties });
  const rows = await query(
    `SELECT 1 FROM subscriber u WHERE u.workspace_id = $1 AND u.id = $2 AND NOT u.is_deleted AND ${where}`,
    [workspaceId, subscriberId, ...parameters.values],
  );
  return rows.length > 0;
}
