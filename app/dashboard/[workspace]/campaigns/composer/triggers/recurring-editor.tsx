"use client";

import { useTranslations } from "next-intl";
import { TimeZoneField } from "#components/forms/time-zone-field.tsx";
import { DateTimeInput } from "#components/ui/date-time-input.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { missedRunRules } from "#lib/recurrence/missed-run-rules.ts";
import { FiringList } from "../../firing-list.tsx";
import { DaysOffField } from "./days-off-field.tsx";
import { useDraftWords } from "./draft-words.ts";
import { PresetFields } from "./preset-fields.tsx";
import { type RecurringDraft, recurringErrors, recurringTriggerOf, ruleOfDraft } from "./recurring-draft.ts";
import type { TriggerEditorProps } from "./trigger-editor.tsx";

const ends = ["never", "until", "count"] as const;

/** How a campaign repeats: what is common as choices, all else as a rule; below, when it fires. */
export function RecurringEditor({
  workspaceId,
  draft,
  onChange,
  onLeave,
  site,
  errors,
}: TriggerEditorProps<RecurringDraft>) {
  const t = useTranslations("campaigns.repeat");
  const words = useDraftWords();
  const set = (part: Partial<RecurringDraft>) => onChange({ ...draft, ...part });
  const isReady = Object.keys(recurringErrors(draft, words)).length === 0;
  return (
    <div className="grid gap-4">
      <Segmented
        aria-label={t("by")}
        value={draft.by}
        onValueChange={(by) => {
          if (by === "rule") set({ by, rule: isReady ? ruleOfDraft(draft) : draft.rule });
          else if (by === "preset") set({ by });
        }}
        options={[
          { value: "preset", label: t("preset") },
          { value: "rule", label: t("rule") },
        ]}
      />
      {draft.by === "preset" ? (
        <PresetFields draft={draft} onChange={set} onLeave={onLeave} errors={errors} />
      ) : (
        <Field label={t("ruleLabel")} hint={t("ruleHint")} error={errors["trigger.rrule"]}>
          <Textarea
            rows={3}
            dir="ltr"
            className="font-mono text-sm"
            spellCheck={false}
            value={draft.rule}
            placeholder="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
            onChange={(event) => set({ rule: event.target.value })}
            onBlur={() => onLeave("trigger.rrule")}
          />
        </Field>
      )}
      <Field
        label={t("starts")}
        hint={draft.by === "rule" ? t("startsHintRule") : t("startsHint")}
        error={errors["trigger.startsAt"]}
      >
        <DateTimeInput
          timeZone={draft.timezone}
          value={draft.startsAt}
          onValueChange={(startsAt) => set({ startsAt })}
          onBlur={() => onLeave("trigger.startsAt")}
        />
      </Field>
      <TimeZoneField
        label={t("zone")}
        hint={t("zoneHint")}
        value={draft.timezone}
        siteZone={site.timezone}
        onValueChange={(timezone) => set({ timezone })}
      />
      {draft.by === "preset" && (
        <div className="grid gap-2">
          <Field label={t("ends")}>
            <Select
              value={draft.end}
              onValueChange={(value) => set({ end: ends.find((each) => each === value) ?? "never" })}
              options={ends.map((value) => ({ value, label: t(`end.${value}`) }))}
            />
          </Field>
          {draft.end === "until" && (
            <Field label={t("until")} hideLabel error={errors["trigger.until"]}>
              <DateTimeInput
                timeZone={draft.timezone}
                value={draft.until}
                onValueChange={(until) => set({ until })}
                onBlur={() => onLeave("trigger.until")}
              />
            </Field>
          )}
          {draft.end === "count" && (
            <Field label={t("count")} error={errors["trigger.count"]}>
              <Input
                inputMode="numeric"
                className="w-28"
                value={draft.count}
                onChange={(event) => set({ count: event.target.value })}
                onBlur={() => onLeave("trigger.count")}
              />
            </Field>
          )}
        </div>
      )}
      <DaysOffField
        value={draft.daysOff}
        onChange={(daysOff) => set({ daysOff })}
        error={errors["trigger.blackouts"] ?? errors["trigger.exceptDates"]}
        onLeave={() => onLeave("trigger.blackouts")}
      />
      <Field label={t("missed")} hint={t(`missedText.${draft.missedRuns}`)}>
        <Select
          value={draft.missedRuns}
          onValueChange={(value) => set({ missedRuns: missedRunRules.find((each) => each === value) ?? "latest" })}
          options={missedRunRules.map((value) => ({ value, label: t(`missedRule.${value}`) }))}
        />
      </Field>
      <FiringList
        workspaceId={workspaceId}
        trigger={isReady ? recurringTriggerOf(draft) : null}
        siteTimeZone={site.timezone}
      />
    </div>
  );
}
