import {
  type EventValue,
  isRule,
  membersOf,
  type Operator,
  operatorsOf,
  parseField,
  type Rule,
  type RuleGroup,
  type RuleNode,
  type Rules,
  ruleFaults,
} from "#lib/segments/grammar.ts";

/** What a rule can look at, in the order of the list. Three need a name of their own: which attribute, event, campaign. */
export const fieldKinds = [
  "tag",
  "attribute",
  "country",
  "locale",
  "timezone",
  "subscribedAt",
  "lastSeenAt",
  "group",
  "browser",
  "os",
  "channel",
  "event",
  "campaign",
] as const;
export type FieldKind = (typeof fieldKinds)[number];
export const namedKinds: readonly FieldKind[] = ["attribute", "event", "campaign"];

/** The operators as the list offers them: "is not known" is `exists` with false. */
export type ChosenOperator = Exclude<Operator, "exists"> | "known" | "unknown";

export interface DraftRule {
  key: string;
  kind: FieldKind;
  /** Of an attribute or event; a campaign's id. */
  name: string;
  op: ChosenOperator;
  value: Rule["value"];
}
export interface DraftGroup {
  key: string;
  match: "all" | "any";
  nodes: DraftNode[];
}
export type DraftNode = DraftRule | DraftGroup;

let nextKey = 0;
/** Keys tell rows apart on the page; they mean nothing elsewhere. */
function newKey(): string {
  nextKey += 1;
  return `row-${nextKey}`;
}

export function isDraftGroup(node: DraftNode): node is DraftGroup {
  return "nodes" in node;
}

export function newDraftRule(kind: FieldKind = "tag"): DraftRule {
  return { key: newKey(), kind, name: "", op: choicesOf(kind)[0] ?? "eq", value: defaultValue(kind) };
}

export function newDraftGroup(): DraftGroup {
  return { key: newKey(), match: "any", nodes: [newDraftRule()] };
}

export function draftOf(group: RuleGroup): DraftGroup {
  const { match, nodes } = membersOf(group);
  return { key: newKey(), match, nodes: nodes.map(draftOfNode) };
}

function draftOfNode(node: RuleNode): DraftNode {
  if (!isRule(node)) return draftOf(node);
  const dot = node.field.indexOf(".");
  const head = dot < 0 ? node.field : node.field.slice(0, dot);
  const kind = fieldKinds.find((each) => each === head) ?? "tag";
  const op = node.op === "exists" ? (node.value === false ? "unknown" : "known") : node.op;
  return { key: newKey(), kind, name: dot < 0 ? "" : node.field.slice(dot + 1), op, value: node.value };
}

/** The rules that a draft says, whether they are complete or not. */
export function rulesOfDraft(group: DraftGroup): Rules {
  const nodes = group.nodes.map((node) => (isDraftGroup(node) ? rulesOfDraft(node) : ruleOfDraft(node)));
  return group.match === "all" || nodes.length === 0 ? { all: nodes } : { any: nodes };
}

export function ruleOfDraft({ kind, name, op, value }: DraftRule): Rule {
  const field = namedKinds.includes(kind) ? `${kind}.${name}` : kind;
  if (op === "known" || op === "unknown") return { field, op: "exists", value: op === "known" };
  return { field, op, ...(value !== undefined && { value }) };
}

/** Whether a draft could be saved as it is. */
export function isComplete(group: DraftGroup): boolean {
  return ruleFaults(rulesOfDraft(group), "segment").length === 0;
}

/** What is wrong with a rule that was filled in; undefined for one that is right, or waits for a value or a name. */
export function faultOf(rule: DraftRule): string | undefined {
  const values = [rule.value].flat();
  const isBlank = (value: unknown) => value === "" || (typeof value === "number" && Number.isNaN(value));
  const waits = values.length === 0 || values.some(isBlank) || (namedKinds.includes(rule.kind) && rule.name === "");
  return waits ? undefined : ruleFaults({ all: [ruleOfDraft(rule)] }, "segment")[0]?.message;
}

/** What an operator of a field begins with. */
export function choicesOf(kind: FieldKind): ChosenOperator[] {
  const field = parseField(namedKinds.includes(kind) ? `${kind}.${sampleName[kind] ?? ""}` : kind);
  const operators = field ? operatorsOf(field) : [];
  return operators.flatMap((op): ChosenOperator[] => (op === "exists" ? ["known", "unknown"] : [op]));
}

const sampleName: Partial<Record<FieldKind, string>> = {
  attribute: "a",
  event: "a",
  campaign: "00000000-0000-7000-8000-000000000000",
};

/** A sensible value to begin with when field or operator change. */
export function valueFor(kind: FieldKind, op: ChosenOperator, before: Rule["value"]): Rule["value"] {
  switch (op) {
    case "in":
    case "notIn":
      return Array.isArray(before) ? before : typeof before === "string" && before !== "" ? [before] : [];
    case "withinDays":
    case "notWithinDays":
      return typeof before === "number" && Number.isInteger(before) && before > 0 ? before : 30;
    case "between":
      return Array.isArray(before) && before.length === 2 ? before : ["", ""];
    case "known":
    case "unknown":
      return undefined;
    case "did":
    case "didNot":
    case "is":
    case "isNot":
      return typeof before === typeof defaultValue(kind) && before !== undefined ? before : defaultValue(kind);
    default:
      return Array.isArray(before)
        ? (before[0] ?? "")
        : typeof before === "object" || before === undefined
          ? ""
          : before;
  }
}

function defaultValue(kind: FieldKind): Rule["value"] {
  if (kind === "event") return {} satisfies EventValue;
  if (kind === "campaign") return "clicked";
  if (kind === "subscribedAt" || kind === "lastSeenAt") return 30;
  return "";
}

/** Rules and groups inside a group, all of them. */
export function sizeOf(group: DraftGroup): number {
  return group.nodes.reduce((sum, node) => sum + 1 + (isDraftGroup(node) ? sizeOf(node) : 0), 0);
}
