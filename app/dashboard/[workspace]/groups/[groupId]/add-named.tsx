"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import { addNamedMembersAction } from "../actions.ts";
import { linesOf, maxPeople, personOf } from "./named-lines.ts";

/** Adds people whom one knows exactly, a name a line. Who was not found stays written there, to be mended. */
export function AddNamed({ workspaceId, groupId }: { workspaceId: string; groupId: string }) {
  const t = useTranslations("groups.detail");
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const [unknown, setUnknown] = useState<string[]>([]);
  const [pending, startTransition] = useTransition();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lines = linesOf(typed);
    setUnknown([]);
    setError(undefined);
    if (lines.length === 0) return setError(t("named.none"));
    if (lines.length > maxPeople) return setError(t("named.tooMany", { most: maxPeople, count: lines.length }));
    startTransition(async () => {
      const result = await addNamedMembersAction(workspaceId, { id: groupId, people: lines.map(personOf) });
      if (!result.ok) {
        setError(result.message);
        return;
      }
      const { changed, people } = result.data;
      const missed = lines.filter((_, index) => people[index] === "unknown");
      setUnknown(missed);
      setTyped(missed.join("\n"));
      if (missed.length < lines.length) toast.success(t("added", { count: changed }));
      router.refresh();
    });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("named.label")} hint={t("named.hint", { most: maxPeople })} error={error}>
        <Textarea
          rows={5}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          placeholder={"ada@example.com\n+49 151 12345678\ncustomer-4711"}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {unknown.length > 0 && (
        <Callout tone="warning" title={t("named.unknown", { count: unknown.length })}>
          {t("named.unknownText")}
        </Callout>
      )}
      <div>
        <SubmitButton pending={pending}>{t("named.submit")}</SubmitButton>
      </div>
    </form>
  );
}
