"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { maxMessageGraphemes, maxTitleGraphemes } from "#lib/content/limits.ts";
import type { Utm } from "#lib/content/schema.ts";
import { itemVariables, type Occasion, subscriberVariables } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { ActionButtonsEditor } from "./action-buttons-editor.tsx";
import type { ContentDraft } from "./content-draft.ts";
import { ContentField } from "./content-field.tsx";
import { ImageUrlField } from "./image-url-field.tsx";
import { UtmBuilder } from "./utm-builder.tsx";

/** The site's defaults that stand in for what is left empty. */
export type ContentDefaults = { url?: string; iconUrl?: string | null; utm?: Utm };

/** All fields of a notification's content: text, link, pictures, buttons. */
export function ContentEditor({
  value,
  onValueChange,
  onLeave,
  errors,
  defaults = {},
  occasion,
  eventVariables = [],
}: {
  value: ContentDraft;
  onValueChange: (value: ContentDraft) => void;
  /** Told the field (`title`, `url`, `actions`) that was just left, so that its errors may show. */
  onLeave?: (field: string) => void;
  errors: FieldErrors;
  defaults?: ContentDefaults;
  /** What occasions the message: it gives further variables. */
  occasion?: Occasion | undefined;
  /** What the newest event had, `event.<property>` with its value. */
  eventVariables?: [name: string, value: string | number | null][];
}) {
  const t = useTranslations("content.editor");
  const set = (part: Partial<ContentDraft>) => onValueChange({ ...value, ...part });
  const left = (field: string) => () => onLeave?.(field);
  const names = [...(occasion === "item" ? itemVariables : []), ...subscriberVariables];
  const variables = [
    ...eventVariables.map(([name, value]) => ({
      name,
      label: t("eventVariable", { property: name.slice("event.".length) }),
      example: String(value ?? ""),
    })),
    ...names.map((name) => ({ name, label: t(`variables.${name}.label`), example: t(`variables.${name}.example`) })),
  ];
  const utmErrors = Object.fromEntries(
    Object.entries(errors).flatMap(([name, messages]) =>
      name.startsWith("utm.") && messages[0] ? [[name.slice(4), messages[0]]] : [],
    ),
  );

  return (
    <div className="grid gap-5">
      <ContentField
        label={t("title")}
        value={value.title}
        onValueChange={(title) => set({ title })}
        onBlur={left("title")}
        maxGraphemes={maxTitleGraphemes}
        variables={variables}
        error={errors.title}
        placeholder={t("titlePlaceholder")}
        required
      />
      <ContentField
        label={t("message")}
        value={value.message}
        onValueChange={(message) => set({ message })}
        onBlur={left("message")}
        maxGraphemes={maxMessageGraphemes}
        variables={variables}
        error={errors.message}
        placeholder={t("messagePlaceholder")}
        multiline
        rows={4}
        required
      />
      <div className="grid gap-3">
        <Field
          label={t("url")}
          error={errors.url}
          hint={
            occasion === "item"
              ? t("urlHintItem")
              : defaults.url
                ? t("urlHint", { url: defaults.url })
                : t("urlHintAny")
          }
          optional
        >
          <Input
            type="url"
            inputMode="url"
            dir="ltr"
            value={value.url}
            placeholder={occasion === "item" ? "https://" : (defaults.url ?? "https://")}
            onBlur={left("url")}
            onChange={(event) => set({ url: event.target.value })}
          />
        </Field>
        <UtmBuilder
          url={value.url || (defaults.url ?? "")}
          value={value.utm}
          onValueChange={(utm) => set({ utm })}
          defaults={defaults.utm ?? {}}
          errors={utmErrors}
        />
      </div>
      <ImageUrlField
        label={t("icon")}
        value={value.iconUrl}
        onValueChange={(iconUrl) => set({ iconUrl })}
        onBlur={left("iconUrl")}
        hint={defaults.iconUrl ? t("iconDefault") : t("iconHint")}
        error={errors.iconUrl}
      />
      <ImageUrlField
        label={t("image")}
        value={value.imageUrl}
        onValueChange={(imageUrl) => set({ imageUrl })}
        onBlur={left("imageUrl")}
        hint={t(occasion === "item" ? "imageHintItem" : "imageHint")}
        error={errors.imageUrl}
        wide
      />
      <ActionButtonsEditor
        value={value.actions}
        onValueChange={(actions) => set({ actions })}
        errors={value.actions.map((_, index) => ({
          title: errors[`actions.${index}.title`]?.[0],
          url: errors[`actions.${index}.url`]?.[0],
        }))}
        onBlur={left("actions")}
      />
    </div>
  );
}
