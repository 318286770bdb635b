"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { FieldsProps } from "./general-fields.tsx";

/** What people may choose, and the way to their preference page. */
export function PreferenceFields({ draft, errors, change, mayChange }: FieldsProps & { mayChange: boolean }) {
  const t = useTranslations("sites.settings");
  return (
    <>
      <Field label={t("categories")} hint={t("categoriesHint")} error={errors.categories}>
        <Textarea
          rows={4}
          value={draft.categories}
          onChange={(event) => change({ ...draft, categories: event.target.value })}
        />
      </Field>
      <Switch
        label={t("preferenceButton")}
        description={t("preferenceButtonText")}
        checked={draft.preferenceButton}
        disabled={!mayChange}
        onCheckedChange={(preferenceButton) => change({ ...draft, preferenceButton })}
      />
    </>
  );
}
