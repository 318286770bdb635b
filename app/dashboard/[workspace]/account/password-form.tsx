"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { changePasswordAction } from "./actions.ts";

export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations("account");
  const { form, pending, errors, problem, result } = useFormAction(changePasswordAction, [
    "currentPassword",
    "newPassword",
  ]);
  const { ref } = form;
  useEffect(() => {
    if (!result?.ok) return;
    ref.current?.reset();
    toast.success(t("changed"), { description: t("changedText") });
  }, [result, ref, t]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      {/* Tells password managers whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label={t("current")} error={errors("currentPassword")} required>
        <PasswordInput name="currentPassword" />
      </Field>
      <Field label={t("new")} hint={t("newHint")} error={errors("newPassword")} required>
        <PasswordInput name="newPassword" autoComplete="new-password" />
      </Field>
      <SubmitButton pending={pending} variant="secondary" className="justify-self-start">
        {t("change")}
      </SubmitButton>
    </form>
  );
}
