"use client";

import { useTranslations } from "next-intl";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { signUpAction } from "../actions.ts";

/** @param invitation its token and the address that it is for, which cannot be another then */
export function SignUpForm({ invitation }: { invitation?: { token: string; email: string } }) {
  const t = useTranslations("auth");
  const { form, pending, errors, problem } = useFormAction(signUpAction, ["name", "email", "password"]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      {invitation && <input type="hidden" name="invitation" value={invitation.token} />}
      <Field label={t("name")} error={errors("name")} required>
        <Input name="name" autoComplete="name" placeholder={t("namePlaceholder")} autoFocus />
      </Field>
      <Field label={t("email")} error={errors("email")} required>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={invitation?.email}
          readOnly={invitation !== undefined}
        />
      </Field>
      <Field label={t("password")} hint={t("passwordHint")} error={errors("password")} required>
        <PasswordInput name="password" autoComplete="new-password" />
      </Field>
      <SubmitButton size="lg" pending={pending}>
        {invitation ? t("invitation.register") : t("signUp.submit")}
      </SubmitButton>
    </form>
  );
}
