"use client";

import { useTranslations } from "next-intl";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { createWorkspaceAction } from "./actions.ts";

export function WorkspaceForm() {
  const t = useTranslations("auth.workspace");
  const { form, pending, errors, problem } = useFormAction(createWorkspaceAction, ["name"]);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("name")} error={errors("name")} required>
        <Input name="name" placeholder={t("namePlaceholder")} autoComplete="organization" autoFocus />
      </Field>
      <SubmitButton size="lg" pending={pending}>
        {t("submit")}
      </SubmitButton>
    </form>
  );
}
