import type { useTranslations } from "next-intl";
import {
  isRule,
  membersOf,
  parseField,
  type Rule,
  type RuleGroup,
  type Rules,
  rulesOf,
} from "#lib/segments/grammar.ts";
import { type ChosenOperator, type FieldKind, fieldKinds } from "./builder-draft.ts";

export type SegmentWords = ReturnType<typeof useTranslations<"segments">>;
/** What groups and campaigns are called, by id. */
export type Names = Readonly<Record<string, string>>;

/** Rules as a person would say them. */
export function sentenceOf(rules: Rules, t: SegmentWords, names: Names): string {
  return membersOf(rules).nodes.length === 0
    ? t("sentence.everyone")
    : t("sentence.people", { rules: groupWords(rules, t, names, true) });
}

/** What must hold, without whom it is about. */
export function conditionWords(rules: Rules, t: SegmentWords, names: Names): string {
  return groupWords(rules, t, names, true);
}

/** The ids of groups and campaigns that rules name, to look their names up. */
export function idsIn(rules: Rules): { groupIds: string[]; campaignIds: string[] } {
  const found = { groupIds: [] as string[], campaignIds: [] as string[] };
  for (const rule of rulesOf(rules)) {
    const field = parseField(rule.field);
    if (field?.kind === "campaign") found.campaignIds.push(field.id);
    if (field?.kind === "group") found.groupIds.push(...[rule.value].flat().map(String));
  }
  return found;
}

function groupWords(group: RuleGroup, t: SegmentWords, names: Names, isOutermost = false): string {
  const { match, nodes } = membersOf(group);
  const words = nodes.map((node) => (isRule(node) ? ruleWords(node, t, names) : groupWords(node, t, names)));
  const said = words.join(match === "all" ? t("sentence.and") : t("sentence.or"));
  return isOutermost || words.length === 1 ? said : `(${said})`;
}

function ruleWords(rule: Rule, t: SegmentWords, names: Names): string {
  const dot = rule.field.indexOf(".");
  const head = dot < 0 ? rule.field : rule.field.slice(0, dot);
  const name = dot < 0 ? "" : rule.field.slice(dot + 1);
  const kind = fieldKinds.find((each) => each === head) ?? "tag";
  const op: ChosenOperator = rule.op === "exists" ? (rule.value === false ? "unknown" : "known") : rule.op;
  const operator = operatorWords(kind, op, t);
  if (kind === "event") return [t("sentence.event", { name, operator }), ...eventWords(rule, t)].join(" ");
  if (kind === "campaign") {
    const behaviour = rule.value === "received" || rule.value === "shown" ? rule.value : "clicked";
    return t("sentence.campaign", {
      name: names[name] ?? t("sentence.gone"),
      operator,
      behaviour: t(`behaviours.${behaviour}`),
    });
  }
  const subject = kind === "attribute" || head === "property" ? name : t(`fields.${kind}`).toLocaleLowerCase();
  return [subject, operator, valueWords(rule, kind, t, names)].filter(Boolean).join(" ");
}

/** How an operator is said of a field: a number is more, a day is after. */
export function operatorWords(kind: FieldKind, op: ChosenOperator, t: SegmentWords): string {
  const isTime = kind === "subscribedAt" || kind === "lastSeenAt";
  if (isTime && op === "gt") return t("operators.after");
  if (isTime && op === "gte") return t("operators.from");
  if (isTime && op === "lt") return t("operators.before");
  if (isTime && op === "lte") return t("operators.until");
  return t(`operators.${op}`);
}

function valueWords({ op, value }: Rule, kind: FieldKind, t: SegmentWords, names: Names): string {
  if (op === "exists" || value === undefined) return "";
  if ((op === "withinDays" || op === "notWithinDays") && typeof value === "number")
    return t("sentence.days", { days: value });
  const said = (each: unknown) => {
    if (kind === "group") return names[String(each)] ?? t("sentence.gone");
    if (kind === "channel") return channelWords(String(each), t);
    return typeof each === "string" ? `“${each}”` : String(each);
  };
  if (op === "between" && Array.isArray(value))
    return t("sentence.range", { from: said(value[0]), to: said(value[1]) });
  return [value].flat().map(said).join(", ");
}

export function channelWords(channel: string, t: SegmentWords): string {
  return channel === "web_push" || channel === "fcm" || channel === "whatsapp" ? t(`channels.${channel}`) : channel;
}

function eventWords({ value }: Rule, t: SegmentWords): string[] {
  if (typeof value !== "object" || Array.isArray(value)) return [];
  const { count, withinDays } = value;
  return [
    ...(count ? [t("sentence.times", { count: t(`counts.${count.op}`), times: count.value })] : []),
    ...(withinDays === undefined ? [] : [t("sentence.within", { days: withinDays })]),
  ];
}
