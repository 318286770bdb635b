"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { updateWorkspaceAction } from "../settings/actions.ts";

const fields = ["settings.messageRetentionDays", "settings.eventRetentionDays"] as const;

/** After how many days messages and events are dropped. */
export function RetentionForm({
  workspaceId,
  retention,
  mayChange,
}: {
  workspaceId: string;
  retention: { messageDays: number; eventDays: number };
  mayChange: boolean;
}) {
  const t = useTranslations("privacy.retention");
  const { form, pending, errors, problem, result } = useFormAction<void>(
    (_, typed) =>
      updateWorkspaceAction(workspaceId, {
        settings: {
          messageRetentionDays: Number(typed.get("messages")),
          eventRetentionDays: Number(typed.get("events")),
        },
      }),
    fields,
  );
  useEffect(() => {
    if (result?.ok) toast.success(t("saved"));
  }, [result, t]);
  return (
    <form {...form}>
      <fieldset disabled={!mayChange} className="grid gap-5">
        {!mayChange && <Callout>{t("readOnly")}</Callout>}
        {problem && <Callout tone="danger">{problem}</Callout>}
        <Field label={t("messages")} hint={t("messagesHint")} error={errors(fields[0]) && t("error")} required>
          <Input
            name="messages"
            type="number"
            inputMode="numeric"
            min={1}
            max={3650}
            defaultValue={retention.messageDays}
            className="max-w-32"
          />
        </Field>
        <Field label={t("events")} hint={t("eventsHint")} error={errors(fields[1]) && t("error")} required>
          <Input
            name="events"
            type="number"
            inputMode="numeric"
            min={1}
            max={3650}
            defaultValue={retention.eventDays}
            className="max-w-32"
          />
        </Field>
        {mayChange && (
          <SubmitButton pending={pending} className="justify-self-start">
            {t("save")}
          </SubmitButton>
        )}
      </fieldset>
    </form>
  );
}
