"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { useSave } from "./use-save.ts";

/** Asks for a person's name, and for the id by which one's own systems know them. */
export function IdentityDialog({
  workspaceId,
  id,
  name,
  externalId,
  onClose,
}: {
  workspaceId: string;
  id: string;
  name: string | null;
  externalId: string | null;
  onClose: () => void;
}) {
  const t = useTranslations("subscribers.detail");
  const { pending, save } = useSave(workspaceId, id);
  const [draft, setDraft] = useState({ name: name ?? "", externalId: externalId ?? "" });
  const [errors, setErrors] = useState<FieldErrors>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(
      { name: draft.name.trim() || null, externalId: draft.externalId.trim() || null },
      {
        done: (ok, fields) => {
          if (ok) onClose();
          else setErrors(fields);
        },
      },
    );
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("edits")}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label={t("name")} error={errors["changes.name"] ?? errors.name}>
          <Input autoFocus value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
        </Field>
        <Field label={t("externalId")} error={errors["changes.externalId"] ?? errors.externalId}>
          <Input
            spellCheck={false}
            value={draft.externalId}
            onChange={(event) => setDraft({ ...draft, externalId: event.target.value })}
          />
        </Field>
        <DialogFooter className="-mx-5 mt-1 -mb-5">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <SubmitButton pending={pending}>{t("save")}</SubmitButton>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
