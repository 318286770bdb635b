"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Sample } from "../use-sample.ts";

/** What the preview puts in place of an event's values: those of the newest such event, until others are typed. */
export function SampleValues({ names, values, event, onChange }: Sample & { names: string[] }) {
  const t = useTranslations("campaigns.drip");
  if (names.length === 0) return null;
  return (
    <fieldset className="grid gap-2.5 rounded-md border border-border p-3">
      <legend className="px-1 text-sm font-medium">{t("sampleTitle")}</legend>
      <p className="text-sm text-muted-foreground">
        {event?.isKnown ? t("sampleText", { event: event.name }) : t("sampleNone")}
      </p>
      {names.map((name) => (
        <Field key={name} label={<span className="font-mono text-sm">{name.slice("event.".length)}</span>}>
          <Input
            dir="auto"
            value={String(values[name] ?? "")}
            onChange={({ target }) => onChange(name, target.value)}
          />
        </Field>
      ))}
    </fieldset>
  );
}
