"use client";

import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";
import { cn } from "#components/ui/cn.ts";
import { EmojiPicker } from "#components/ui/emoji-picker.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { formatNumber } from "#lib/format.ts";
import { graphemes } from "#lib/text.ts";
import { insertAtCaret } from "./insert-at-caret.ts";
import { type ContentVariable, VariablePicker } from "./variable-picker.tsx";

export type ContentFieldProps = {
  label: ReactNode;
  value: string;
  onValueChange: (value: string) => void;
  onBlur?: () => void;
  name?: string;
  maxGraphemes: number;
  /** Several lines. */
  multiline?: boolean;
  /** Without any the picker is left out. */
  variables?: ContentVariable[];
  hint?: ReactNode;
  error?: string | string[] | undefined;
  required?: boolean;
  placeholder?: string;
  rows?: number;
};

/** A title or message: text with emoji, variables and its length in letters (as people count) and bytes (as networks do). */
export function ContentField({
  label,
  value,
  onValueChange,
  maxGraphemes,
  multiline,
  variables = [],
  hint,
  error,
  required,
  ...rest
}: ContentFieldProps) {
  const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    if (control.current) onValueChange(insertAtCaret(control.current, text));
  };
  const shared = {
    ...rest,
    ref: control,
    value,
    dir: "auto" as const,
    onChange: (event: { target: { value: string } }) => onValueChange(event.target.value),
  };

  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      required={required ?? false}
      aside={<TextLength text={value} maxGraphemes={maxGraphemes} />}
    >
      <div className="relative">
        {multiline ? <Textarea {...shared} className="pb-9" /> : <Input {...shared} className="pe-18" />}
        <div className={cn("absolute end-0.5 flex", multiline ? "bottom-1" : "inset-y-0 items-center")}>
          {variables.length > 0 && <VariablePicker variables={variables} onPick={insert} />}
          <EmojiPicker onPick={insert} />
        </div>
      </div>
    </Field>
  );
}

/** "34 of 120 · 41 bytes", in red once too long. */
export function TextLength({ text, maxGraphemes }: { text: string; maxGraphemes: number }) {
  const t = useTranslations("content.length");
  const locale = useLocale();
  const count = graphemes(text);
  const bytes = new TextEncoder().encode(text).length;
  return (
    <span className={cn("tabular-nums", count > maxGraphemes && "font-medium text-danger")}>
      {t("letters", { count: formatNumber(count, locale), max: formatNumber(maxGraphemes, locale) })}
      <span className="text-subtle-foreground"> · {t("bytes", { count: bytes })}</span>
    </span>
  );
}
