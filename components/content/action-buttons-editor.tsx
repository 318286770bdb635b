"use client";

import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { maxActions } from "#lib/content/limits.ts";
import { TextLength } from "./content-field.tsx";

export type ActionButton = { title: string; url: string };

const maxTitleGraphemes = 40;

/** Up to two buttons below a notification, each with its own link. */
export function ActionButtonsEditor({
  value,
  onValueChange,
  onBlur,
  errors = [],
}: {
  value: ActionButton[];
  onValueChange: (value: ActionButton[]) => void;
  /** A field of a button was left. */
  onBlur?: () => void;
  /** By position, as in `value`. */
  errors?: ({ title?: string | undefined; url?: string | undefined } | undefined)[];
}) {
  const t = useTranslations("content.actions");
  const change = (index: number, part: Partial<ActionButton>) =>
    onValueChange(value.map((action, at) => (at === index ? { ...action, ...part } : action)));

  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t("title")}</legend>
      {value.map((action, index) => (
        <div
          // Two at most, never reordered: the place is the identity.
          key={`button-${index + 1}`}
          className="grid items-start gap-3 rounded-lg border border-border p-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto]"
        >
          <Field
            label={t("label", { number: index + 1 })}
            error={errors[index]?.title}
            aside={<TextLength text={action.title} maxGraphemes={maxTitleGraphemes} />}
          >
            <Input
              value={action.title}
              placeholder={t("labelPlaceholder")}
              onBlur={onBlur}
              onChange={(event) => change(index, { title: event.target.value })}
            />
          </Field>
          <Field label={t("url")} error={errors[index]?.url}>
            <Input
              type="url"
              inputMode="url"
              value={action.url}
              placeholder="https://"
              dir="ltr"
              onBlur={onBlur}
              onChange={(event) => change(index, { url: event.target.value })}
            />
          </Field>
          <Button
            variant="ghost"
            size="icon"
            className="sm:mt-6.5"
            aria-label={t("remove", { number: index + 1 })}
            onClick={() => onValueChange(value.filter((_, at) => at !== index))}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        </div>
      ))}
      {value.length < maxActions && (
        <Button size="sm" className="w-fit" onClick={() => onValueChange([...value, { title: "", url: "" }])}>
          <Plus aria-hidden="true" />
          {t("add")}
        </Button>
      )}
      <p className="text-sm text-muted-foreground">{t("hint", { max: maxActions })}</p>
    </fieldset>
  );
}
