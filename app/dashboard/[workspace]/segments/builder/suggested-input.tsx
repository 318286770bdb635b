"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Scalar } from "#lib/segments/grammar.ts";
import type { Suggestions } from "#lib/segments/schema.ts";

/** Values of a field in the workspace's own data; the same question is asked once a minute. */
export function useSuggestions(workspaceId: string, field: string): Suggestions["data"] {
  const { data } = useQuery({
    queryKey: ["segment-suggestions", workspaceId, field],
    queryFn: ({ signal }) =>
      getJson<Suggestions>(`/segments/suggestions?field=${encodeURIComponent(field)}`, workspaceId, signal),
    staleTime: 60_000,
  });
  return data?.data ?? [];
}

/** What was typed, as the kind of value that the workspace has of it: 10 is a number unless it is kept as a text. */
export function asKnown(typed: string, suggestions: Suggestions["data"], mayGuess: boolean): Scalar {
  const known = suggestions.find(({ value }) => String(value) === typed);
  if (known) return known.value;
  if (mayGuess && /^-?\d+(\.\d+)?$/.test(typed)) return Number(typed);
  if (mayGuess && (typed === "true" || typed === "false")) return typed === "true";
  return typed;
}

/** A text with the usual values below it. */
export function SuggestedInput({
  workspaceId,
  field,
  value,
  onValueChange,
  label,
  placeholder,
  mayGuess = false,
}: {
  workspaceId: string;
  field: string;
  value: Scalar;
  onValueChange: (value: Scalar) => void;
  label: string;
  placeholder?: string;
  /** Of attributes, which are texts, numbers, yes or no. */
  mayGuess?: boolean;
}) {
  const id = useId();
  const suggestions = useSuggestions(workspaceId, field);
  return (
    <>
      <Input
        aria-label={label}
        list={id}
        value={String(value)}
        placeholder={placeholder}
        className="min-w-32 flex-1 sm:max-w-56"
        autoComplete="off"
        onChange={(event) => onValueChange(asKnown(event.target.value, suggestions, mayGuess))}
      />
      <datalist id={id}>
        {suggestions.map((each) => (
          <option key={String(each.value)} value={String(each.value)} />
        ))}
      </datalist>
    </>
  );
}

/** Several values as chips; Enter or a comma takes what was typed. */
export function SuggestedValues({
  workspaceId,
  field,
  values,
  onValuesChange,
  mayGuess = false,
}: {
  workspaceId: string;
  field: string;
  values: Scalar[];
  onValuesChange: (values: Scalar[]) => void;
  mayGuess?: boolean;
}) {
  const t = useTranslations("segments.builder");
  const id = useId();
  const [typed, setTyped] = useState("");
  const suggestions = useSuggestions(workspaceId, field);
  const labelOf = (value: Scalar) => suggestions.find((each) => each.value === value)?.label ?? String(value);
  const add = (text: string) => {
    const value = asKnown(text.trim(), suggestions, mayGuess);
    if (value !== "" && !values.includes(value)) onValuesChange([...values, value]);
    setTyped("");
  };
  return (
    <div className="flex min-w-48 flex-1 flex-wrap items-center gap-1.5">
      {values.map((value) => (
        <Badge key={String(value)} className="gap-1 pe-1">
          {labelOf(value)}
          <button
            type="button"
            aria-label={t("removeValue", { value: labelOf(value) })}
            onClick={() => onValuesChange(values.filter((each) => each !== value))}
            className="rounded-sm p-0.5 hover:bg-accent"
          >
            <X className="size-3" aria-hidden="true" />
          </button>
        </Badge>
      ))}
      <Input
        aria-label={t("values")}
        list={id}
        value={typed}
        placeholder={t("addValue")}
        autoComplete="off"
        className="min-w-40 flex-1 sm:max-w-64"
        onChange={(event) => {
          const { value } = event.target;
          // A value chosen from the list arrives whole; typing arrives letter by letter.
          const chosen = event.nativeEvent instanceof InputEvent ? event.nativeEvent.inputType : "";
          if (chosen === "insertReplacementText" || value.endsWith(",")) add(value.replace(/,$/, ""));
          else setTyped(value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add(typed);
        }}
        onBlur={() => typed.trim() !== "" && add(typed)}
      />
      <datalist id={id}>
        {suggestions.map((each) => (
          <option key={String(each.value)} value={String(each.value)}>
            {each.label ?? ""}
          </option>
        ))}
      </datalist>
    </div>
  );
}

/** One of the workspace's campaigns or groups, by name. */
export function NamedPicker({
  workspaceId,
  field,
  value,
  onValueChange,
  label,
}: {
  workspaceId: string;
  field: "campaign" | "group";
  value: string;
  onValueChange: (value: string) => void;
  label: string;
}) {
  const suggestions = useSuggestions(workspaceId, field);
  return (
    <Combobox
      aria-label={label}
      value={value || null}
      onValueChange={onValueChange}
      className="min-w-40 flex-1 sm:max-w-64"
      options={suggestions.map((each) => ({ value: String(each.value), label: each.label ?? String(each.value) }))}
    />
  );
}
