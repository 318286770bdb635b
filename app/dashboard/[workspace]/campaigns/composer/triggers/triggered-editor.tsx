"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { severities } from "#lib/campaigns/limits.ts";
import { ConditionField } from "./condition-field.tsx";
import { EventField, useEventNames } from "./event-field.tsx";
import type { TriggerEditorProps } from "./trigger-editor.tsx";
import type { TriggeredDraft } from "./triggered-draft.ts";
import { waitMinutes } from "./wait.ts";
import { WaitField } from "./wait-field.tsx";

const choices = ["none", ...severities] as const;

/** Which event fires it, under what condition, how soon and how often. */
export function TriggeredEditor({
  workspaceId,
  draft,
  onChange,
  onLeave,
  errors,
  hasSteps,
}: TriggerEditorProps<TriggeredDraft>) {
  const t = useTranslations("campaigns.drip");
  const set = (part: Partial<TriggeredDraft>) => onChange({ ...draft, ...part });
  const properties = useEventNames(workspaceId).find(({ name }) => name === draft.event.trim())?.properties ?? [];
  return (
    <div className="grid gap-4">
      <EventField
        workspaceId={workspaceId}
        label={t("event")}
        hint={properties.length > 0 ? t("eventProperties", { list: properties.join(", ") }) : t("eventHint")}
        value={draft.event}
        onChange={(event) => set({ event })}
        onLeave={() => onLeave("trigger.event")}
        error={errors["trigger.event"]}
      />
      {draft.written ? (
        <Callout
          title={t("conditionWritten")}
          actions={
            <Button size="sm" onClick={() => set({ written: null })}>
              {t("conditionReplace")}
            </Button>
          }
        >
          {t("conditionWrittenText")}
        </Callout>
      ) : (
        <ConditionField
          rows={draft.rows}
          onChange={(rows) => set({ rows })}
          onLeave={() => onLeave("trigger.condition")}
          properties={properties}
          error={errors["trigger.condition"]}
        />
      )}
      {/* Two waits in a row would be one too many to ask for; one that is there stays in sight. */}
      {(!hasSteps || waitMinutes(draft.delay) !== 0) && (
        <Field label={t("delay")} hint={t("delayHint")} error={errors["trigger.delayMinutes"]}>
          <WaitField
            label={t("delay")}
            value={draft.delay}
            onChange={(delay) => set({ delay })}
            onLeave={() => onLeave("trigger.delayMinutes")}
          />
        </Field>
      )}
      <EventField
        workspaceId={workspaceId}
        label={t("stopEvent")}
        hint={t("stopEventHint")}
        optional
        value={draft.stopEvent}
        onChange={(stopEvent) => set({ stopEvent })}
        onLeave={() => onLeave("trigger.stopEvent")}
        error={errors["trigger.stopEvent"]}
      />
      <Field label={t("cooldown")} hint={t("cooldownHint")} error={errors["trigger.cooldownMinutes"]}>
        <WaitField
          label={t("cooldown")}
          value={draft.cooldown}
          onChange={(cooldown) => set({ cooldown })}
          onLeave={() => onLeave("trigger.cooldownMinutes")}
        />
      </Field>
      <Field label={t("severity")} hint={t("severityHint")}>
        <Select
          value={draft.severity}
          onValueChange={(value) => set({ severity: choices.find((each) => each === value) ?? "none" })}
          options={choices.map((value) => ({ value, label: t(`severities.${value}`) }))}
        />
      </Field>
    </div>
  );
}
