"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import type { EventValue } from "./event-values.ts";

/** The properties that an event is tried with, a line each. */
export function EventValuesField({
  values,
  onChange,
  error,
}: {
  values: EventValue[];
  onChange: (values: EventValue[]) => void;
  error: string | undefined;
}) {
  const t = useTranslations("campaigns.drip");
  const set = (id: string, part: Partial<EventValue>) =>
    onChange(values.map((each) => (each.id === id ? { ...each, ...part } : each)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t("testValues")}</legend>
      {values.map(({ id, name, value }, index) => (
        <div key={id} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-center gap-2">
          <Input
            dir="ltr"
            spellCheck={false}
            autoCapitalize="none"
            className="font-mono text-sm"
            aria-label={t("testValueName", { number: index + 1 })}
            value={name}
            onChange={({ target }) => set(id, { name: target.value })}
          />
          <Input
            dir="auto"
            aria-label={t("testValueOf", { name: name || String(index + 1) })}
            value={value}
            onChange={({ target }) => set(id, { value: target.value })}
          />
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={t("testValueRemove", { name: name || String(index + 1) })}
            onClick={() => onChange(values.filter((each) => each.id !== id))}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() => onChange([...values, { id: crypto.randomUUID(), name: "", value: "", isText: false }])}
      >
        <Plus aria-hidden="true" />
        {t("testValueAdd")}
      </Button>
    </fieldset>
  );
}
