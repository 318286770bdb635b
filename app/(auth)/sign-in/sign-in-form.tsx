"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { signInAction } from "../actions.ts";

export function SignInForm({ next, email }: { next: string; email: string | undefined }) {
  const t = useTranslations("auth");
  const { form, pending, errors, problem } = useFormAction(signInAction, ["email", "password"]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <input type="hidden" name="next" value={next} />
      <Field label={t("email")} error={errors("email")} required>
        <Input name="email" type="email" autoComplete="username" autoFocus={!email} defaultValue={email} />
      </Field>
      <Field
        label={t("password")}
        error={errors("password")}
        required
        aside={
          <Link href="/forgot-password" className="text-primary-text hover:underline">
            {t("signIn.forgot")}
          </Link>
        }
      >
        <PasswordInput name="password" autoFocus={Boolean(email)} />
      </Field>
      <SubmitButton size="lg" pending={pending}>
        {t("signIn.submit")}
      </SubmitButton>
    </form>
  );
}
