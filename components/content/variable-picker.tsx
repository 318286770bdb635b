"use client";

import { Braces } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { Select } from "#components/ui/select.tsx";

export type ContentVariable = {
  /** As written between the braces: `name`, `attribute.plan`. */
  name: string;
  label: string;
  /** What it looks like for somebody: "Ada". */
  example?: string;
};

/** Offers variables with a fallback for those who have no value, and hands over `{{name|there}}`. */
export function VariablePicker({
  variables,
  onPick,
}: {
  variables: ContentVariable[];
  onPick: (text: string) => void;
}) {
  const t = useTranslations("content.variable");
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(variables[0]?.name ?? "");
  const [fallback, setFallback] = useState("");
  // Braces would end the variable early.
  const clean = fallback.replace(/[{}]/g, "");
  const text = clean ? `{{${name}|${clean}}}` : `{{${name}}}`;
  const insert = () => {
    onPick(text);
    setOpen(false);
    setFallback("");
  };

  return (
    <Popover
      label={t("open")}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={t("open")} disabled={variables.length === 0}>
          <Braces aria-hidden="true" />
        </Button>
      }
    >
      <div className="grid gap-3">
        <Field label={t("name")}>
          <Select
            value={name}
            onValueChange={setName}
            options={variables.map((variable) => ({
              value: variable.name,
              label: variable.label,
              ...(variable.example && { description: t("example", { example: variable.example }) }),
            }))}
          />
        </Field>
        <Field label={t("fallback")} hint={t("fallbackHint")}>
          <Input
            value={fallback}
            placeholder={t("fallbackPlaceholder")}
            onChange={(event) => setFallback(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              // The picker sits inside the composer's form, which Enter would send.
              event.preventDefault();
              insert();
            }}
          />
        </Field>
        <div className="flex items-center justify-between gap-3">
          <code className="truncate font-mono text-xs text-muted-foreground" dir="ltr">
            {text}
          </code>
          <Button variant="primary" size="sm" onClick={insert} disabled={!name}>
            {t("insert")}
          </Button>
        </div>
      </div>
    </Popover>
  );
}
