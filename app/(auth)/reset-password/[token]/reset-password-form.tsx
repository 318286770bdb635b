"use client";

import { useTranslations } from "next-intl";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { resetPasswordAction } from "../../actions.ts";

export function ResetPasswordForm({ token }: { token: string }) {
  const t = useTranslations("auth");
  const { form, pending, errors, problem } = useFormAction(resetPasswordAction, ["password"]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <input type="hidden" name="token" value={token} />
      <Field label={t("newPassword")} hint={t("passwordHint")} error={errors("password")} required>
        <PasswordInput name="password" autoComplete="new-password" autoFocus />
      </Field>
      <SubmitButton size="lg" pending={pending}>
        {t("reset.submit")}
      </SubmitButton>
    </form>
  );
}
