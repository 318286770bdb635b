"use client";

import { useEffect, useId, useState } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

/** Names of events that came, with their properties: what one most likely means. */
export function useEventNames(workspaceId: string): { name: string; properties: string[] }[] {
  const [names, setNames] = useState<{ name: string; properties: string[] }[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    getJson<{ data: typeof names }>("/events/names", workspaceId, leaving.signal).then(
      ({ data }) => setNames(data),
      // Suggestions only: without them one types.
      () => {},
    );
    return () => leaving.abort();
  }, [workspaceId]);
  return names;
}

/** The name of an event, with those that came before to choose from. */
export function EventField({
  workspaceId,
  label,
  hint,
  value,
  onChange,
  onLeave,
  error,
  optional,
}: {
  workspaceId: string;
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  onLeave: () => void;
  error: string[] | undefined;
  optional?: boolean;
}) {
  const names = useEventNames(workspaceId);
  const listId = useId();
  return (
    <>
      <Field label={label} hint={hint} error={error} optional={optional ?? false}>
        <Input
          list={listId}
          dir="ltr"
          spellCheck={false}
          autoCapitalize="none"
          className="font-mono"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
        />
      </Field>
      <datalist id={listId}>
        {names.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
