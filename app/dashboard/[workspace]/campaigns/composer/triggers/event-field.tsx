"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { z } from "zod";
import { getJson } from "#components/live/get-json.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { EventNames } from "#lib/drips/schema.ts";

type EventName = z.input<typeof EventNames>["data"][number];

/** Names of events that came, with the properties of the newest of each: what one most likely means. Without them one types. */
export function useEventNames(workspaceId: string): EventName[] {
  const { data } = useQuery({
    queryKey: ["event-names", workspaceId],
    queryFn: ({ signal }) => getJson<{ data: EventName[] }>("/events/names", workspaceId, signal),
    staleTime: 30_000,
  });
  return data?.data ?? [];
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
