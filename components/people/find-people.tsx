"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

export interface FoundPerson {
  id: string;
  name: string | null;
  externalId: string | null;
}

/** A search for people, each with a button that takes them. */
export function FindPeople({
  workspaceId,
  onAdd,
  pending,
  takeLabel,
  except,
}: {
  workspaceId: string;
  onAdd: (person: FoundPerson) => void;
  pending: boolean;
  /** The button's word; "Add" when absent. */
  takeLabel?: string;
  /** The id of somebody who is not offered. */
  except?: string;
}) {
  const t = useTranslations("ui.people");
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isError, isFetching } = useQuery({
    queryKey: ["find-people", workspaceId, asked],
    queryFn: ({ signal }) =>
      getJson<{ data: FoundPerson[] }>(
        `/subscribers?pageSize=8&search=${encodeURIComponent(asked)}`,
        workspaceId,
        signal,
      ),
    enabled: asked.length >= 2,
    staleTime: 10_000,
  });
  const isAsked = asked.length >= 2 && asked === typed.trim() && !isFetching;
  const found = asked.length >= 2 ? (data?.data ?? []).filter(({ id }) => id !== except) : [];
  return (
    <div className="grid gap-3">
      <Field label={t("find")} hint={t("findHint")}>
        <Input type="search" value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </Field>
      {isAsked && (isError || found.length === 0) && (
        <p role="status" className={isError ? "text-danger" : "text-muted-foreground"}>
          {t(isError ? "failed" : "nobody")}
        </p>
      )}
      <ul className="grid" aria-live="polite">
        {found.map((person) => {
          const name = person.name ?? person.externalId ?? t("anonymous");
          return (
            <li key={person.id} className="flex min-h-10 items-center justify-between gap-3 border-t border-border">
              <span className="min-w-0 truncate">
                <bdi>{name}</bdi>{" "}
                <span className="font-mono text-xs text-subtle-foreground">
                  {person.externalId ?? person.id.slice(-8)}
                </span>
              </span>
              <Button size="sm" disabled={pending} onClick={() => onAdd(person)}>
                {takeLabel ?? t("addOne")}
                <span className="sr-only">: {name}</span>
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
