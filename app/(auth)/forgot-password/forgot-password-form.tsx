"use client";

import { useTranslations } from "next-intl";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { forgotPasswordAction } from "../actions.ts";

export function ForgotPasswordForm() {
  const t = useTranslations("auth");
  const { form, pending, errors, problem, result } = useFormAction(forgotPasswordAction, ["email"]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      {result?.ok && (
        <Callout tone="success" title={t("forgot.sentTitle")}>
          {t("forgot.sentText", { email: result.data.email })}
        </Callout>
      )}
      <Field label={t("email")} error={errors("email")} required>
        <Input name="email" type="email" autoComplete="username" autoFocus />
      </Field>
      <SubmitButton size="lg" pending={pending}>
        {t("forgot.submit")}
      </SubmitButton>
    </form>
  );
}
