import type { z } from "zod";
import type { Severity, TriggeredTrigger } from "#lib/campaigns/drip-schema.ts";
import { maxDelayMinutes } from "#lib/campaigns/limits.ts";
import type { FieldErrors } from "#lib/errors.ts";
import {
  isRule,
  membersOf,
  operatorsOf,
  parseField,
  type Rule,
  type Rules,
  valueFault,
} from "#lib/segments/grammar.ts";
import type { DraftWords } from "./trigger-draft.ts";
import { type Wait, waitMinutes, waitOf } from "./wait.ts";

/** Ends early for whoever has the stop event; empty for none. */
export type WelcomeDraft = { type: "welcome"; stopEvent: string };

/** One line of a condition, as typed. */
export type ConditionRow = { id: string; field: string; op: string; value: string };

export type TriggeredDraft = {
  type: "triggered";
  event: string;
  stopEvent: string;
  severity: Severity | "none";
  delay: Wait;
  /** "0" for none. */
  cooldown: Wait;
  rows: ConditionRow[];
  /** A condition that lines cannot show, kept as it is. */
  written: Rules | null;
};

export function newTriggered(): TriggeredDraft {
  return {
    type: "triggered",
    event: "",
    stopEvent: "",
    severity: "none",
    delay: waitOf(0),
    cooldown: { value: "0", unit: "hours" },
    rows: [],
    written: null,
  };
}

type Stored = z.output<typeof TriggeredTrigger>;

export function triggeredDraftOf(trigger: Stored): TriggeredDraft {
  const rows = trigger.condition ? rowsOf(trigger.condition) : [];
  return {
    ...newTriggered(),
    event: trigger.event,
    stopEvent: trigger.stopEvent ?? "",
    severity: trigger.severity ?? "none",
    delay: waitOf(trigger.delayMinutes ?? 0),
    cooldown: trigger.cooldownMinutes ? waitOf(trigger.cooldownMinutes) : newTriggered().cooldown,
    rows: rows ?? [],
    written: rows ? null : (trigger.condition ?? null),
  };
}

/** A condition as lines of which all must hold; undefined when it says more than that. */
function rowsOf(condition: Rules): ConditionRow[] | undefined {
  const { match, nodes } = membersOf(condition);
  if (match !== "all") return undefined;
  const rows = nodes.map((node, index) =>
    isRule(node) && (node.op === "exists" || typeof node.value !== "object")
      ? { id: String(index), field: node.field, op: node.op, value: node.value === undefined ? "" : String(node.value) }
      : undefined,
  );
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

/** Operators that a line can write, in the order in which they are offered. */
const lineOperators = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "contains",
  "startsWith",
  "exists",
  "withinDays",
] as const;
export type LineOperator = (typeof lineOperators)[number];

export function operatorsFor(fieldName: string): readonly LineOperator[] {
  const field = parseField(fieldName);
  const allowed = field ? operatorsOf(field) : lineOperators;
  return lineOperators.filter((op) => allowed.some((each) => each === op));
}

/** The rule that a line means: what reads as a number or as true and false is one. */
function ruleOf({ field, op, value }: ConditionRow): Rule {
  const known = lineOperators.find((each) => each === op) ?? "eq";
  if (known === "exists") return { field, op: known, value: value !== "false" };
  const isTyped = field.startsWith("property.") || field.startsWith("attribute.");
  const text = value.trim();
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  if ((isTyped || known === "withinDays") && isNumber && known !== "contains" && known !== "startsWith")
    return { field, op: known, value: Number(text) };
  if (isTyped && (text === "true" || text === "false")) return { field, op: known, value: text === "true" };
  return { field, op: known, value: text };
}

export function triggeredOf(draft: TriggeredDraft) {
  const condition = draft.written ?? (draft.rows.length > 0 ? { all: draft.rows.map(ruleOf) } : undefined);
  const [delayMinutes, cooldownMinutes] = [waitMinutes(draft.delay), waitMinutes(draft.cooldown)];
  return {
    type: "triggered" as const,
    event: draft.event.trim(),
    ...(condition && { condition }),
    ...(cooldownMinutes > 0 && { cooldownMinutes }),
    ...(draft.severity !== "none" && { severity: draft.severity }),
    ...(draft.stopEvent.trim() !== "" && { stopEvent: draft.stopEvent.trim() }),
    ...(delayMinutes > 0 && { delayMinutes }),
  };
}

const eventName = /^[A-Za-z][\w.:-]{0,99}$/;

export function stopEventErrors(stopEvent: string, words: DraftWords): FieldErrors {
  const name = stopEvent.trim();
  return name === "" || eventName.test(name) ? {} : { "trigger.stopEvent": [words.eventName] };
}

export function triggeredErrors(draft: TriggeredDraft, words: DraftWords): FieldErrors {
  const errors: FieldErrors = stopEventErrors(draft.stopEvent, words);
  if (!eventName.test(draft.event.trim()))
    errors["trigger.event"] = [draft.event.trim() === "" ? words.missingEvent : words.eventName];
  for (const name of ["delay", "cooldown"] as const) {
    const minutes = waitMinutes(draft[name]);
    if (!(minutes >= 0 && minutes <= maxDelayMinutes)) errors[`trigger.${name}Minutes`] = [words.waitRange];
  }
  if (!draft.written && draft.rows.some((row) => rowFault(row))) errors["trigger.condition"] = [words.condition];
  return errors;
}

/** The part of a line that is wrong. */
export function rowFault(row: ConditionRow): "field" | "value" | undefined {
  const field = parseField(row.field);
  const { op, value } = ruleOf(row);
  if (!field || !operatorsOf(field).includes(op)) return "field";
  return valueFault(field, op, value) === undefined ? undefined : "value";
}
