"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Section } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import { updateWorkspaceAction } from "./actions.ts";

const callsField = "settings.apiCallsPerDay";

export function WorkspaceForm({
  workspaceId,
  name,
  apiCallsPerDay,
  approvalRequired,
  mayChange,
}: {
  workspaceId: string;
  name: string;
  apiCallsPerDay: number;
  approvalRequired: boolean;
  mayChange: boolean;
}) {
  const t = useTranslations("settings");
  const tApproval = useTranslations("approvals.setting");
  const { form, pending, errors, problem, result } = useFormAction<void>(
    (_, typed) =>
      updateWorkspaceAction(workspaceId, {
        name: String(typed.get("name")),
        settings: {
          apiCallsPerDay: Number(typed.get("apiCallsPerDay")),
          approvalRequired: typed.get("approvalRequired") === "on",
        },
      }),
    ["name", callsField],
  );
  useEffect(() => {
    if (result?.ok) toast.success(t("saved"));
  }, [result, t]);
  return (
    <form {...form}>
      {!mayChange && <Callout className="mb-6">{t("readOnly")}</Callout>}
      {problem && (
        <Callout tone="danger" className="mb-6">
          {problem}
        </Callout>
      )}
      <fieldset disabled={!mayChange} className="contents">
        <Section title={t("workspace")} description={t("workspaceText")}>
          <Field label={t("name")} error={errors("name")} required>
            <Input name="name" defaultValue={name} autoComplete="organization" />
          </Field>
        </Section>
        <Section title={tApproval("title")} description={tApproval("text")}>
          <Switch
            name="approvalRequired"
            label={tApproval("label")}
            description={tApproval("hint")}
            defaultChecked={approvalRequired}
            disabled={!mayChange}
          />
        </Section>
        <Section title={t("api")} description={t("apiText")}>
          <Field label={t("calls")} hint={t("callsHint")} error={errors(callsField) && t("callsError")} required>
            <Input
              name="apiCallsPerDay"
              type="number"
              inputMode="numeric"
              min={1}
              max={10_000_000}
              defaultValue={apiCallsPerDay}
              className="max-w-48"
            />
          </Field>
          {mayChange && (
            <SubmitButton pending={pending} className="justify-self-start">
              {t("save")}
            </SubmitButton>
          )}
        </Section>
      </fieldset>
    </form>
  );
}
