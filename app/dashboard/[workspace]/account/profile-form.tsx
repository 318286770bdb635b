"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { localeNames, locales } from "#lib/i18n/locales.ts";
import { updateProfileAction } from "./actions.ts";

export function ProfileForm({ name, email, locale }: { name: string; email: string; locale: string }) {
  const t = useTranslations("account");
  const { form, pending, errors, problem, result } = useFormAction(updateProfileAction, ["name", "locale"]);
  useEffect(() => {
    if (result?.ok) toast.success(t("saved"));
  }, [result, t]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("name")} error={errors("name")} required>
        <Input name="name" autoComplete="name" defaultValue={name} />
      </Field>
      <Field label={t("email")}>
        <Input type="email" value={email} readOnly />
      </Field>
      {locales.length > 1 && (
        <Field label={t("language")} error={errors("locale")}>
          <Select
            name="locale"
            defaultValue={locale}
            options={locales.map((value) => ({ value, label: localeNames[value] }))}
          />
        </Field>
      )}
      <SubmitButton pending={pending} className="justify-self-start">
        {t("save")}
      </SubmitButton>
    </form>
  );
}
