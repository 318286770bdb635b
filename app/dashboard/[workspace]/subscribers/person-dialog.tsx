"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { PhoneFields } from "./phone-fields.tsx";

/** What one says of a person by hand; empty texts say nothing. */
export interface PersonDraft {
  name: string;
  externalId: string;
  phone: string;
}

/** Asks for a person's name, for the id by which one's own systems know them, and for their phone number. */
export function PersonDialog({
  title,
  submitLabel,
  draft: initial,
  country,
  pending,
  errors,
  onSubmit,
  onClose,
}: {
  title: string;
  submitLabel: string;
  draft: PersonDraft;
  /** Of the person, ISO 3166. */
  country: string | null;
  pending: boolean;
  errors: FieldErrors;
  onSubmit: (draft: PersonDraft) => void;
  onClose: () => void;
}) {
  const t = useTranslations("subscribers.detail");
  const [draft, setDraft] = useState(initial);
  const errorOf = (field: keyof PersonDraft) => errors[`changes.${field}`] ?? errors[field];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, externalId, phone } = draft;
    onSubmit({ name: name.trim(), externalId: externalId.trim(), phone: phone.trim() });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label={t("name")} error={errorOf("name")}>
          <Input autoFocus value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
        </Field>
        <Field label={t("externalId")} error={errorOf("externalId")}>
          <Input
            spellCheck={false}
            value={draft.externalId}
            onChange={(event) => setDraft({ ...draft, externalId: event.target.value })}
          />
        </Field>
        <PhoneFields
          value={draft.phone}
          country={country}
          onValueChange={(phone) => setDraft({ ...draft, phone })}
          error={errorOf("phone")}
        />
        <DialogFooter className="-mx-5 mt-1 -mb-5">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <SubmitButton pending={pending}>{submitLabel}</SubmitButton>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
