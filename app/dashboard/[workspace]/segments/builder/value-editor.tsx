"use client";

import { useTranslations } from "next-intl";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { channelIds } from "#lib/channels/channel.ts";
import { behaviours, countOperators, type EventValue, type Rule, type Scalar } from "#lib/segments/grammar.ts";
import type { DraftRule } from "./builder-draft.ts";
import { channelWords } from "./sentence.ts";
import { NamedPicker, SuggestedInput, SuggestedValues } from "./suggested-input.tsx";

type Props = { workspaceId: string; rule: DraftRule; onValueChange: (value: Rule["value"]) => void };

/** The right half of a rule: whatever its operator compares with. */
export function ValueEditor({ workspaceId, rule, onValueChange }: Props) {
  const t = useTranslations("segments");
  const { kind, op, value } = rule;
  const field = kind === "attribute" ? `attribute.${rule.name}` : kind;
  const mayGuess = kind === "attribute";
  switch (op) {
    case "known":
    case "unknown":
      return null;
    case "did":
    case "didNot":
      return <EventEditor value={value} onValueChange={onValueChange} />;
    case "is":
    case "isNot":
      return (
        <Select
          aria-label={t("builder.value")}
          className="w-44"
          value={typeof value === "string" ? value : "clicked"}
          onValueChange={onValueChange}
          options={behaviours.map((each) => ({ value: each, label: t(`behaviours.${each}`) }))}
        />
      );
    case "withinDays":
    case "notWithinDays":
      return (
        <span className="flex items-center gap-2">
          <NumberInput label={t("builder.days")} value={value} onValueChange={onValueChange} />
          <span className="text-muted-foreground">{t("builder.days")}</span>
        </span>
      );
    case "between": {
      const [from = "", to = ""] = Array.isArray(value) ? value : [];
      return (
        <span className="flex flex-wrap items-center gap-2">
          <Ordered
            rule={rule}
            label={t("builder.from")}
            value={from}
            onValueChange={(next) => onValueChange([next, to])}
          />
          <span className="text-muted-foreground">{t("builder.and")}</span>
          <Ordered
            rule={rule}
            label={t("builder.to")}
            value={to}
            onValueChange={(next) => onValueChange([from, next])}
          />
        </span>
      );
    }
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return (
        <Ordered
          rule={rule}
          label={t("builder.value")}
          value={Array.isArray(value) || typeof value === "object" || value === undefined ? "" : value}
          onValueChange={onValueChange}
        />
      );
    case "in":
    case "notIn":
      return (
        <SuggestedValues
          workspaceId={workspaceId}
          field={field}
          values={Array.isArray(value) ? value : []}
          onValuesChange={onValueChange}
          mayGuess={mayGuess}
        />
      );
    default:
      return <One workspaceId={workspaceId} rule={rule} onValueChange={onValueChange} />;
  }
}

function One({ workspaceId, rule, onValueChange }: Props) {
  const t = useTranslations("segments");
  const { kind } = rule;
  const value = typeof rule.value === "object" || rule.value === undefined ? "" : rule.value;
  if (kind === "group")
    return (
      <NamedPicker
        workspaceId={workspaceId}
        field="group"
        value={String(value)}
        onValueChange={onValueChange}
        label={t("fields.group")}
      />
    );
  if (kind === "channel")
    return (
      <Select
        aria-label={t("builder.value")}
        className="w-40"
        value={String(value)}
        placeholder={t("builder.choose")}
        onValueChange={onValueChange}
        options={channelIds.map((each) => ({ value: each, label: channelWords(each, t) }))}
      />
    );
  return (
    <SuggestedInput
      workspaceId={workspaceId}
      field={kind === "attribute" ? `attribute.${rule.name}` : kind}
      value={value}
      onValueChange={onValueChange}
      label={t("builder.value")}
      mayGuess={kind === "attribute" && rule.op !== "contains" && rule.op !== "startsWith"}
    />
  );
}

/** A day for times; for attributes a number, or a day written as 2027-01-31. */
function Ordered({
  rule,
  label,
  value,
  onValueChange,
}: {
  rule: DraftRule;
  label: string;
  value: Scalar;
  onValueChange: (value: Scalar) => void;
}) {
  const isTime = rule.kind !== "attribute";
  return (
    <Input
      aria-label={label}
      type={isTime ? "date" : "text"}
      inputMode={isTime ? undefined : "decimal"}
      className="w-40"
      value={isTime ? String(value).slice(0, 10) : String(value)}
      onChange={(event) => {
        const typed = event.target.value;
        onValueChange(!isTime && /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed);
      }}
    />
  );
}

function NumberInput({
  label,
  value,
  onValueChange,
}: {
  label: string;
  value: Rule["value"];
  onValueChange: (value: number) => void;
}) {
  return (
    <Input
      aria-label={label}
      type="number"
      min={0}
      className="w-20"
      value={typeof value === "number" && Number.isFinite(value) ? value : ""}
      onChange={(event) => onValueChange(event.target.value === "" ? Number.NaN : Number(event.target.value))}
    />
  );
}

/** How often and since when an event happened; at least once, ever, when nothing is said. */
function EventEditor({ value, onValueChange }: { value: Rule["value"]; onValueChange: (value: EventValue) => void }) {
  const t = useTranslations("segments");
  const event: EventValue = typeof value === "object" && !Array.isArray(value) ? value : {};
  const count = event.count ?? { op: "gte" as const, value: 1 };
  const withDays = (withinDays: number | undefined): EventValue => ({
    ...(event.count && { count: event.count }),
    ...(withinDays !== undefined && { withinDays }),
  });
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Select
        aria-label={t("builder.howOften")}
        className="w-32"
        value={count.op}
        onValueChange={(next) => {
          const op = countOperators.find((each) => each === next) ?? "gte";
          onValueChange({ ...event, count: { ...count, op } });
        }}
        options={countOperators.map((each) => ({ value: each, label: t(`counts.${each}`) }))}
      />
      <NumberInput
        label={t("builder.count")}
        value={count.value}
        onValueChange={(next) => onValueChange({ ...event, count: { ...count, value: next } })}
      />
      <span className="text-muted-foreground">{t("builder.times")}</span>
      <Select
        aria-label={t("builder.when")}
        className="w-36"
        value={event.withinDays === undefined ? "ever" : "within"}
        onValueChange={(next) => onValueChange(withDays(next === "ever" ? undefined : 30))}
        options={[
          { value: "ever", label: t("builder.ever") },
          { value: "within", label: t("builder.within") },
        ]}
      />
      {event.withinDays !== undefined && (
        <>
          <NumberInput
            label={t("builder.days")}
            value={event.withinDays}
            onValueChange={(next) => onValueChange(withDays(next))}
          />
          <span className="text-muted-foreground">{t("builder.days")}</span>
        </>
      )}
    </span>
  );
}
