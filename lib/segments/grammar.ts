import { channelIds } from "#lib/channels/channel.ts";
import { isStorableText } from "#lib/text.ts";

/**
 * The grammar of rules: `{"all" | "any": [rule | nested …]}` with rules `{field, op, value}`. Segments ask it of people;
 * conditions of triggered campaigns ask it of an event and the person it happened to (`property.<key>`). Small on
 * purpose: closed lists of fields and operators, bounded depth, size and lists, no patterns. Without zod: the builder
 * in the browser checks by the same functions.
 */

export const maxDepth = 5;
/** Rules and nested groups together; the outermost group is not counted. */
export const maxNodes = 50;
export const maxListLength = 1_000;
const maxTextLength = 1_000;
const maxDays = 3_650;
const maxCount = 1_000_000;

export const operators = [
  "eq",
  "neq",
  "in",
  "notIn",
  "contains",
  "startsWith",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "exists",
  "withinDays",
  "notWithinDays",
  "did",
  "didNot",
  "is",
  "isNot",
] as const;
export type Operator = (typeof operators)[number];

export type Scalar = string | number | boolean;
export interface EventValue {
  /** How often; at least once when absent. */
  count?: { op: CountOperator; value: number };
  withinDays?: number;
}
export const countOperators = ["eq", "gt", "gte", "lt", "lte"] as const;
export type CountOperator = (typeof countOperators)[number];
export const behaviours = ["received", "shown", "clicked"] as const;
export type Behaviour = (typeof behaviours)[number];

export interface Rule {
  field: string;
  op: Operator;
  value?: Scalar | Scalar[] | EventValue;
}
export type RuleGroup = { all: RuleNode[] } | { any: RuleNode[] };
export type RuleNode = Rule | RuleGroup;
export type Rules = RuleGroup;

/** What a field's name stands for. */
export type Field =
  | { kind: "tag" }
  | { kind: "text"; column: "country" | "locale" | "timezone" }
  | { kind: "device"; column: "browser" | "os" | "channel" }
  | { kind: "time"; column: "subscribedAt" | "lastSeenAt" }
  | { kind: "attribute"; key: string }
  | { kind: "property"; key: string }
  | { kind: "group" }
  | { kind: "event"; name: string }
  | { kind: "campaign"; id: string };

const plainFields: Record<string, Field> = {
  tag: { kind: "tag" },
  country: { kind: "text", column: "country" },
  locale: { kind: "text", column: "locale" },
  timezone: { kind: "text", column: "timezone" },
  browser: { kind: "device", column: "browser" },
  os: { kind: "device", column: "os" },
  channel: { kind: "device", column: "channel" },
  subscribedAt: { kind: "time", column: "subscribedAt" },
  lastSeenAt: { kind: "time", column: "lastSeenAt" },
  group: { kind: "group" },
};

const sets = ["eq", "neq", "in", "notIn"] as const;
const texts = [...sets, "contains", "startsWith", "exists"] as const;
const ordered = ["gt", "gte", "lt", "lte", "between", "withinDays", "notWithinDays"] as const;

/** The field that a name means; undefined for none of ours. */
export function parseField(name: string): Field | undefined {
  if (Object.hasOwn(plainFields, name)) return plainFields[name];
  const dot = name.indexOf(".");
  const [kind, key] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
  if (kind === "attribute" && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(key)) return { kind, key };
  if (kind === "property" && key !== "" && key.length <= 100 && isStorableText(key)) return { kind, key };
  if (kind === "event" && /^[A-Za-z][\w.:-]{0,99}$/.test(key)) return { kind, name: key };
  if (kind === "campaign" && uuid.test(key)) return { kind, id: key.toLowerCase() };
  return undefined;
}

/** The operators that a field takes, the usual one first. */
export function operatorsOf(field: Field): readonly Operator[] {
  switch (field.kind) {
    case "tag":
    case "text":
      return texts;
    case "device":
      return field.column === "channel" ? sets : texts;
    case "time":
      return ["withinDays", "notWithinDays", "gt", "gte", "lt", "lte", "between"];
    case "attribute":
    case "property":
      return [...texts, ...ordered];
    case "group":
      return sets;
    case "event":
      return ["did", "didNot"];
    case "campaign":
      return ["is", "isNot"];
  }
}

export function isRule(node: RuleNode): node is Rule {
  return "field" in node;
}

/** The rules and groups inside a group, and whether all or any of them must hold. */
export function membersOf(group: RuleGroup): { match: "all" | "any"; nodes: RuleNode[] } {
  return "all" in group ? { match: "all", nodes: group.all } : { match: "any", nodes: group.any };
}

/** Every rule of a tree, outermost first. */
export function rulesOf(group: RuleGroup): Rule[] {
  return membersOf(group).nodes.flatMap((node) => (isRule(node) ? [node] : rulesOf(node)));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const day = /^\d{4}-\d{2}-\d{2}$/;
const isoInstant = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

export interface Fault {
  path: (string | number)[];
  message: string;
}

/**
 * What is wrong with a value that should be rules, by path; empty when nothing is. Whatever comes in, it ends soon and
 * does not throw: it stops at the bounds.
 *
 * @param kind conditions know `property.<key>`, segments do not
 */
export function ruleFaults(value: unknown, kind: "segment" | "condition"): Fault[] {
  const faults: Fault[] = [];
  let nodes = -1;
  const visit = (node: unknown, path: (string | number)[], depth: number): void => {
    if (faults.length > 20 || nodes > maxNodes) return;
    nodes++;
    if (nodes > maxNodes) {
      faults.push({ path: [], message: `At most ${maxNodes} rules and groups.` });
      return;
    }
    if (!isObject(node)) {
      faults.push({ path, message: "Must be a rule {field, op, value} or a group {all: […]} or {any: […]}." });
      return;
    }
    if (depth > 0 && Object.hasOwn(node, "field")) {
      const shape = unknownKeys(node, ["field", "op", "value"]);
      if (shape.length > 0) faults.push(...shape.map((key) => ({ path: [...path, key], message: "Unknown field." })));
      else faults.push(...faultsOfRule(node, kind).map((fault) => ({ ...fault, path: [...path, ...fault.path] })));
      return;
    }
    const [key, ...more] = Object.keys(node);
    if ((key !== "all" && key !== "any") || more.length > 0) {
      faults.push({ path, message: "A group is {all: […]} or {any: […]}, with nothing else in it." });
      return;
    }
    if (depth >= maxDepth) {
      faults.push({ path, message: `Groups nest at most ${maxDepth} deep.` });
      return;
    }
    const inner = node[key];
    if (!Array.isArray(inner)) {
      faults.push({ path: [...path, key], message: "Must be a list." });
      return;
    }
    if (inner.length === 0 && (depth > 0 || key === "any")) {
      faults.push({ path: [...path, key], message: "At least one rule. {all: []} alone is everyone." });
      return;
    }
    for (const [index, each] of inner.slice(0, maxNodes + 1).entries()) visit(each, [...path, key, index], depth + 1);
  };
  visit(value, [], 0);
  return faults;
}

function faultsOfRule(rule: Record<string, unknown>, kind: "segment" | "condition"): Fault[] {
  const { field: name, op, value } = rule;
  const field = typeof name === "string" && name.length <= 200 ? parseField(name) : undefined;
  if (!field || (field.kind === "property" && kind === "segment"))
    return [{ path: ["field"], message: "There is no such field." }];
  const allowed = operatorsOf(field);
  if (!isOneOf(op, allowed)) return [{ path: ["op"], message: `This field takes: ${allowed.join(", ")}.` }];
  const message = valueFault(field, op, value);
  return message === undefined ? [] : [{ path: ["value"], message }];
}

/** What is wrong with the value of a field's operator, in words; undefined when nothing is. */
export function valueFault(field: Field, op: Operator, value: unknown): string | undefined {
  switch (op) {
    case "in":
    case "notIn":
      if (!Array.isArray(value) || value.length === 0) return "Must be a list with at least one value.";
      if (value.length > maxListLength) return "At most 1,000 values.";
      return value.map((each) => scalarFault(field, each)).find((fault) => fault !== undefined);
    case "eq":
    case "neq":
      return scalarFault(field, value);
    case "contains":
    case "startsWith":
      return textFault(value);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return orderedFault(field, value);
    case "between": {
      if (!Array.isArray(value) || value.length !== 2) return "Must be a list of two: from and to.";
      const [from, to]: unknown[] = value;
      const fault = orderedFault(field, from) ?? orderedFault(field, to);
      if (fault !== undefined) return fault;
      if (typeof from !== typeof to) return "Both must be of one kind.";
      return isBefore(to, from) ? "The first must not be greater than the second." : undefined;
    }
    case "exists":
      return value === undefined || typeof value === "boolean" ? undefined : "Must be true or false.";
    case "withinDays":
    case "notWithinDays":
      return isCount(value, 1, maxDays) ? undefined : "Must be a whole number of days, 1 to 3,650.";
    case "did":
    case "didNot":
      return value === undefined ? undefined : eventFault(value);
    case "is":
    case "isNot":
      return isOneOf(value, behaviours) ? undefined : `Must be one of: ${behaviours.join(", ")}.`;
  }
}

function scalarFault(field: Field, value: unknown): string | undefined {
  if (field.kind === "group")
    return typeof value === "string" && uuid.test(value) ? undefined : "Must be a group's id.";
  if (field.kind === "device" && field.column === "channel")
    return isOneOf(value, channelIds) ? undefined : `Must be one of: ${channelIds.join(", ")}.`;
  if (field.kind !== "attribute" && field.kind !== "property") return textFault(value);
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return undefined;
  return typeof value === "string" ? textFault(value) : "Must be a text, a number, true or false.";
}

function textFault(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return "Must be a text.";
  if (value.length > maxTextLength) return "At most 1,000 characters.";
  return isStorableText(value) ? undefined : "Contains a character that cannot be stored.";
}

/** Instants for times; numbers and days for attributes. */
function orderedFault(field: Field, value: unknown): string | undefined {
  if (field.kind === "time")
    return typeof value === "string" && Number.isFinite(instantOf(value))
      ? undefined
      : "Must be a day such as 2027-01-31, or a date and time with an offset.";
  if (typeof value === "number" && Number.isFinite(value)) return undefined;
  return typeof value === "string" && day.test(value) && Number.isFinite(instantOf(value))
    ? undefined
    : "Must be a number, or a day such as 2027-01-31.";
}

/** Milliseconds of a day (its beginning in UTC) or an instant; NaN for what is neither. */
export function instantOf(value: string): number {
  if (day.test(value)) {
    const time = Date.parse(`${value}T00:00:00Z`);
    // 2026-02-30 parses nowhere else, and must not here.
    return Number.isFinite(time) && new Date(time).toISOString().startsWith(value) ? time : Number.NaN;
  }
  return isoInstant.test(value) && Number.isFinite(instantOf(value.slice(0, 10))) ? Date.parse(value) : Number.NaN;
}

function isBefore(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  return instantOf(String(a)) < instantOf(String(b));
}

function eventFault(value: unknown): string | undefined {
  if (!isObject(value) || unknownKeys(value, ["count", "withinDays"]).length > 0)
    return "Must be {count?: {op, value}, withinDays?}.";
  const { count, withinDays } = value;
  if (withinDays !== undefined && !isCount(withinDays, 1, maxDays))
    return "withinDays must be a whole number of days, 1 to 3,650.";
  if (count === undefined) return undefined;
  const isGood =
    isObject(count) &&
    unknownKeys(count, ["op", "value"]).length === 0 &&
    isOneOf(count.op, countOperators) &&
    isCount(count.value, 0, maxCount);
  return isGood ? undefined : `count must be {op, value}: one of ${countOperators.join(", ")}, and a whole number.`;
}

function isCount(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function isOneOf<T extends string>(value: unknown, list: readonly T[]): value is T {
  return list.some((each) => each === value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownKeys(value: object, known: readonly string[]): string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}

export const everyone: Rules = { all: [] };
