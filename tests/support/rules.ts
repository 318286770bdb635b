import fc from "fast-check";
import {
  behaviours,
  type CountOperator,
  countOperators,
  isRule,
  maxNodes,
  membersOf,
  operatorsOf,
  parseField,
  type Rule,
  type RuleNode,
  type Rules,
} from "#lib/segments/grammar.ts";

/** All that rules can ask about a person, read plainly: what the naive evaluation below looks into. */
export interface Person {
  id: string;
  tags: string[];
  attributes: Record<string, unknown>;
  country: string | null;
  locale: string | null;
  timezone: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  devices: { browser: string | null; os: string | null; channel: string; isCounted: boolean }[];
  groups: string[];
  events: { name: string; at: Date }[];
  campaigns: { id: string; received: boolean; shown: boolean; clicked: boolean }[];
}

const dayMs = 86_400_000;
const lower = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a person matches, by the grammar's words and nothing else: an oracle that shares no code with the SQL. */
export function matches(node: RuleNode, person: Person, now: Date, properties: Record<string, unknown> = {}): boolean {
  if (!isRule(node)) {
    const { match, nodes } = membersOf(node);
    const each = (inner: RuleNode) => matches(inner, person, now, properties);
    return match === "all" ? nodes.every(each) : nodes.some(each);
  }
  const { op } = node;
  const not = (positive: Rule["op"]) => !matches({ ...node, op: positive }, person, now, properties);
  if (op === "neq") return not("eq");
  if (op === "notIn") return not("in");
  if (op === "notWithinDays") return not("withinDays");
  if (op === "didNot") return not("did");
  if (op === "isNot") return not("is");
  const dot = node.field.indexOf(".");
  const [kind, key] = dot < 0 ? [node.field, ""] : [node.field.slice(0, dot), node.field.slice(dot + 1)];
  switch (kind) {
    case "tag":
      return ofMany(person.tags, node, now);
    case "country":
    case "locale":
    case "timezone":
      return ofMany([person[kind]], node, now);
    case "browser":
    case "os":
    case "channel":
      return ofMany(
        person.devices.filter((each) => each.isCounted).map((each) => each[kind]),
        node,
        now,
      );
    case "subscribedAt":
      return compare(person.createdAt, node, now);
    case "lastSeenAt":
      return compare(person.lastSeenAt, node, now);
    case "group":
      return ofMany(person.groups, node, now);
    case "attribute":
      return ofMany([Object.hasOwn(person.attributes, key) ? person.attributes[key] : null], node, now);
    case "property":
      return ofMany([Object.hasOwn(properties, key) ? properties[key] : null], node, now);
    case "event": {
      const { count = { op: "gte" as CountOperator, value: 1 }, withinDays = Number.POSITIVE_INFINITY } =
        typeof node.value === "object" && !Array.isArray(node.value) ? node.value : {};
      const times = person.events.filter(
        (each) => each.name === key && each.at.getTime() >= now.getTime() - withinDays * dayMs,
      ).length;
      return {
        eq: times === count.value,
        gt: times > count.value,
        gte: times >= count.value,
        lt: times < count.value,
        lte: times <= count.value,
      }[count.op];
    }
    case "campaign":
      return person.campaigns.some((each) => each.id === key && each[node.value as "received"]);
    default:
      throw new Error(`no such field ${node.field}`);
  }
}

function ofMany(values: unknown[], rule: Rule, now: Date): boolean {
  const there = values.filter((value) => value !== null && value !== undefined);
  if (rule.op === "exists") return there.length > 0 === (rule.value !== false);
  return there.some((value) => one(value, rule, now));
}

function one(value: unknown, { op, value: wanted }: Rule, now: Date): boolean {
  switch (op) {
    case "eq":
      return value === wanted;
    case "in":
      return Array.isArray(wanted) && wanted.some((each) => each === value);
    case "contains":
      return typeof value === "string" && lower(value).includes(lower(String(wanted)));
    case "startsWith":
      return typeof value === "string" && lower(value).startsWith(lower(String(wanted)));
    case "withinDays": {
      const from = new Date(now.getTime() - Number(wanted) * dayMs).toISOString().slice(0, 10);
      return isDay(value) && value.slice(0, 10) >= from && value.slice(0, 10) <= now.toISOString().slice(0, 10);
    }
    case "between":
      return Array.isArray(wanted) && inOrder(wanted[0], value, true) && inOrder(value, wanted[1], true);
    case "gt":
      return inOrder(wanted, value, false);
    case "gte":
      return inOrder(wanted, value, true);
    case "lt":
      return inOrder(value, wanted, false);
    case "lte":
      return inOrder(value, wanted, true);
    default:
      throw new Error(`no such operator ${op}`);
  }
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value);
}

function inOrder(a: unknown, b: unknown, orEqual: boolean): boolean {
  if (typeof a === "number" && typeof b === "number") return orEqual ? a <= b : a < b;
  if (!isDay(a) || !isDay(b)) return false;
  const [x, y] = [a.slice(0, 10), b.slice(0, 10)];
  return orEqual ? x <= y : x < y;
}

function compare(at: Date, { op, value }: Rule, now: Date): boolean {
  const time = (each: unknown) => new Date(String(each)).getTime();
  switch (op) {
    case "withinDays":
      return at.getTime() >= now.getTime() - Number(value) * dayMs;
    case "between":
      return Array.isArray(value) && at.getTime() >= time(value[0]) && at.getTime() <= time(value[1]);
    case "gt":
      return at.getTime() > time(value);
    case "gte":
      return at.getTime() >= time(value);
    case "lt":
      return at.getTime() < time(value);
    case "lte":
      return at.getTime() <= time(value);
    default:
      throw new Error(`no such operator ${op}`);
  }
}

/** Few values, so that rules and people meet. */
export const words = ["vip", "VIP", "new", "it's", "50%_off", "日本", "\\", "a", "Zürich", '"};--'];
const attributeKeys = ["plan", "spent", "since", "beta", "none"];
export const attributeValues = [
  "pro",
  "Pro plan",
  0,
  10.5,
  -3,
  1e21,
  true,
  false,
  "2026-01-31",
  "2026-11-20T08:00:00Z",
  null,
];
export const browsers = ["Chrome", "Firefox", "Safari"];
export const systems = ["Windows", "Android", "iOS"];
export const countries = ["DE", "FR", "JP"];
export const eventNames = ["purchase", "cart", "share"];

export interface World {
  groups: string[];
  campaigns: string[];
  now: Date;
}

/** Rules that the grammar allows, with values that people of `newPeople` may have. */
export function someRules(world: World, kind: "segment" | "condition" = "segment"): fc.Arbitrary<Rules> {
  const fields = [
    "tag",
    "country",
    "locale",
    "timezone",
    "browser",
    "os",
    "channel",
    "subscribedAt",
    "lastSeenAt",
    "group",
    ...attributeKeys.map((key) => `attribute.${key}`),
    ...eventNames.map((name) => `event.${name}`),
    ...world.campaigns.map((id) => `campaign.${id}`),
    ...(kind === "condition" ? ["property.total", "property.currency"] : []),
  ];
  const rule = fc.constantFrom(...fields).chain((name) => someRule(name, world));
  const { group } = fc.letrec<{ group: Rules; node: RuleNode }>((tie) => ({
    node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, rule, tie("group")),
    group: fc
      .tuple(fc.constantFrom("all" as const, "any" as const), fc.array(tie("node"), { minLength: 1, maxLength: 4 }))
      .map(([match, nodes]) => (match === "all" ? { all: nodes } : { any: nodes })),
  }));
  return group.filter((rules) => size(rules) <= maxNodes);
}

function size(group: Rules): number {
  return membersOf(group).nodes.reduce((sum, node) => sum + 1 + (isRule(node) ? 0 : size(node)), 0);
}

function someRule(name: string, world: World): fc.Arbitrary<Rule> {
  const field = parseField(name);
  if (!field) throw new Error(`no such field ${name}`);
  const text = fc.constantFrom(...words, ...browsers, ...systems, ...countries, "de", "Europe/Berlin", "pro", "o");
  const scalar: fc.Arbitrary<string | number | boolean> =
    field.kind === "group"
      ? fc.constantFrom(...world.groups)
      : field.kind === "device" && field.column === "channel"
        ? fc.constantFrom("web_push", "fcm")
        : field.kind === "attribute" || field.kind === "property"
          ? fc.oneof(text, fc.constantFrom("2026-01-31", 0, 10.5, -3, 1e21, -0, 5e-324, true, false))
          : text;
  const instant = fc
    .integer({ min: -400, max: 20 })
    .map((days) => new Date(world.now.getTime() + days * dayMs).toISOString())
    .chain((iso) => fc.constantFrom(iso, iso.slice(0, 10)));
  const number = fc.constantFrom(-3, 0, 10.5, 1e21, 7, -1e-9);
  const isTime = field.kind === "time";
  const days = fc.constantFrom(1, 30, 100, 365, 3650);
  return fc.constantFrom(...operatorsOf(field)).chain((op): fc.Arbitrary<Rule> => {
    const withValue = (value: fc.Arbitrary<NonNullable<Rule["value"]>>) =>
      value.map((each) => ({ field: name, op, value: each }));
    switch (op) {
      case "in":
      case "notIn":
        return withValue(fc.array(scalar, { minLength: 1, maxLength: 4 }));
      case "contains":
      case "startsWith":
        return withValue(text);
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return withValue(
          isTime
            ? instant
            : fc.oneof(
                number,
                instant.map((each) => each.slice(0, 10)),
              ),
        );
      case "between":
        return withValue(
          isTime
            ? fc.tuple(instant, instant).map((pair) => pair.sort((a, b) => Date.parse(a) - Date.parse(b)))
            : fc.tuple(number, number).map((pair) => pair.sort((a, b) => a - b)),
        );
      case "exists":
        return withValue(fc.boolean());
      case "withinDays":
      case "notWithinDays":
        return withValue(days);
      case "did":
      case "didNot":
        return withValue(
          fc.record(
            {
              count: fc.record({ op: fc.constantFrom(...countOperators), value: fc.integer({ min: 0, max: 4 }) }),
              withinDays: days,
            },
            { requiredKeys: [] },
          ),
        );
      case "is":
      case "isNot":
        return withValue(fc.constantFrom(...behaviours));
      default:
        return withValue(scalar);
    }
  });
}

/** Anything at all that a caller could put where rules belong, much of it nearly right. */
export function hostileRules(): fc.Arbitrary<unknown> {
  const nasty = fc.constantFrom<unknown>(
    "'; DROP TABLE subscriber; --",
    "$1",
    "\u0000",
    "\ud800",
    "%".repeat(1001),
    "(a+)+$",
    Number.NaN,
    1e308,
    -1,
    null,
    undefined,
    {},
    [],
    [[]],
    { $gt: "" },
    "2026-02-30",
    "campaign.x",
    "__proto__",
  );
  const value = fc.oneof(
    nasty,
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(nasty, { maxLength: 4 }),
    fc.constant(Array(1001).fill("a")),
  );
  const field = fc.oneof(
    fc.constantFrom(
      "tag",
      "browser",
      "lastSeenAt",
      "attribute.plan",
      "event.purchase",
      "group",
      "channel",
      "segment",
      "attribute.",
      "attribute.a-b",
      "event.1",
      "constructor",
      "campaign.00000000-0000-7000-8000-000000000000",
    ),
    fc.string(),
    nasty,
  );
  const op = fc.oneof(
    fc.constantFrom("eq", "in", "between", "gt", "withinDays", "did", "is", "exists", "contains"),
    fc.constantFrom("regex", "toString"),
    nasty,
  );
  const rule = fc.oneof(
    { weight: 4, arbitrary: fc.record({ field, op, value }) },
    { weight: 1, arbitrary: fc.record({ field, op, value, more: value }, { requiredKeys: [] }) },
  );
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 12, withCrossShrink: true },
      rule,
      fc.record({ all: fc.array(tie("node"), { maxLength: 60 }) }),
      fc.record({ any: fc.array(tie("node"), { maxLength: 5 }) }),
      fc.dictionary(fc.constantFrom("all", "any", "field", "x"), tie("node")),
      value,
    ),
  }));
  return fc.oneof(node, fc.integer({ min: 1, max: 20_000 }).map(nested));
}

/** A group in a group in a group … */
export function nested(depth: number): unknown {
  let made: unknown = { all: [] };
  for (let level = 1; level < depth; level++) made = { all: [made] };
  return made;
}
