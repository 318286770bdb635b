"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { ImageUrlField } from "#components/content/image-url-field.tsx";
import { TimeZoneField } from "#components/forms/time-zone-field.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { SettingsDraft } from "./settings-draft.ts";

export type FieldsProps = {
  draft: SettingsDraft;
  errors: FieldErrors;
  change: (draft: SettingsDraft) => void;
};

export function Basics({ draft, errors, change }: FieldsProps) {
  const t = useTranslations("sites.settings");
  return (
    <>
      <Field label={t("name")} error={errors.name} required>
        <Input value={draft.name} onChange={(event) => change({ ...draft, name: event.target.value })} />
      </Field>
      <Field label={t("url")} hint={t("urlHint")} error={errors.url} required>
        <Input
          type="url"
          dir="ltr"
          value={draft.url}
          onChange={(event) => change({ ...draft, url: event.target.value })}
        />
      </Field>
      <TimeZoneField
        label={t("timeZone")}
        hint={t("timeZoneHint")}
        error={errors.timezone}
        value={draft.timezone}
        onValueChange={(timezone) => change({ ...draft, timezone })}
      />
      <ImageUrlField
        label={t("icon")}
        hint={t("iconHint")}
        error={errors.iconUrl}
        value={draft.iconUrl}
        onValueChange={(iconUrl) => change({ ...draft, iconUrl })}
      />
    </>
  );
}

const ttls = ["0", "3600", "14400", "43200", "86400", "259200", "604800", "2419200"] as const;
const urgencies = ["very-low", "low", "normal", "high"] as const;

export function Delivery({ draft, errors, change }: FieldsProps) {
  const t = useTranslations("sites.settings");
  const options = ttls.map((value) => ({ value: value as string, label: t(`ttls.${value}`) }));
  const known = options.some(({ value }) => value === draft.ttlSeconds);
  const others = known
    ? []
    : [{ value: draft.ttlSeconds, label: t("ttls.other", { seconds: Number(draft.ttlSeconds) }) }];
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      <Field label={t("ttl")} hint={t("ttlHint")} error={errors.ttlSeconds}>
        <Select
          value={draft.ttlSeconds}
          onValueChange={(ttlSeconds) => change({ ...draft, ttlSeconds })}
          options={[...options, ...others]}
        />
      </Field>
      <Field label={t("urgency")} hint={t("urgencyHint")} error={errors.urgency}>
        <Select
          value={draft.urgency}
          onValueChange={(chosen) => {
            const urgency = urgencies.find((one) => one === chosen);
            if (urgency) change({ ...draft, urgency });
          }}
          options={urgencies.map((value) => ({ value, label: t(`urgencies.${value}`) }))}
        />
      </Field>
    </div>
  );
}

const utmParts = ["source", "medium", "campaign", "term", "content"] as const;

export function Tracking({ draft, errors, change }: FieldsProps) {
  const t = useTranslations("sites.settings");
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      {utmParts.map((part) => (
        <Field key={part} label={t(`utm.${part}`)} error={errors[`utm.${part}`]}>
          <Input
            value={draft.utm[part] ?? ""}
            maxLength={200}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => change({ ...draft, utm: { ...draft.utm, [part]: event.target.value } })}
          />
        </Field>
      ))}
    </div>
  );
}

export function Value({ draft, errors, change }: FieldsProps) {
  const t = useTranslations("sites.settings");
  const locale = useLocale();
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: "currency" });
    const codes = new Set([draft.currency, ...Intl.supportedValuesOf("currency")]);
    return [...codes].map((code) => ({ value: code, label: `${code} – ${names.of(code) ?? code}` }));
  }, [draft.currency, locale]);
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      <Field label={t("value")} error={errors.valuePerClick && t("number", { min: 0, max: 1_000_000 })}>
        <Input
          inputMode="decimal"
          value={draft.valuePerClick}
          onChange={(event) => change({ ...draft, valuePerClick: event.target.value })}
        />
      </Field>
      <Field label={t("currency")} error={errors.currency}>
        <Combobox
          aria-label={t("currency")}
          searchPlaceholder={t("currencySearch")}
          value={draft.currency}
          onValueChange={(currency) => change({ ...draft, currency })}
          options={currencies}
        />
      </Field>
    </div>
  );
}
