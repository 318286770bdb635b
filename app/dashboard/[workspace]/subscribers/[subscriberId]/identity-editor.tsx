"use client";

import { Pencil } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { PersonDraft } from "../person-dialog.tsx";
import { useSave } from "./use-save.ts";

const PersonDialog = dynamic(() => import("../person-dialog.tsx").then((file) => file.PersonDialog));

/** The button that opens the dialog for a person's name, own id and phone number, which is loaded when first asked for. */
export function IdentityEditor({
  workspaceId,
  id,
  name,
  externalId,
  phone,
  country,
}: {
  workspaceId: string;
  id: string;
  name: string | null;
  externalId: string | null;
  phone: string | null;
  country: string | null;
}) {
  const t = useTranslations("subscribers.detail");
  const [open, setOpen] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>({});
  const { pending, save } = useSave(workspaceId, id);
  const close = () => {
    setErrors({});
    setOpen(false);
  };
  const submit = (draft: PersonDraft) =>
    save(
      {
        ...(draft.name !== (name ?? "") && { name: draft.name || null }),
        ...(draft.externalId !== (externalId ?? "") && { externalId: draft.externalId || null }),
        ...(draft.phone !== (phone ?? "") && { phone: draft.phone || null }),
      },
      { done: (ok, fields) => (ok ? close() : setErrors(fields)) },
    );
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Pencil aria-hidden="true" />
        {t("edit")}
      </Button>
      {open && (
        <PersonDialog
          title={t("edits")}
          submitLabel={t("save")}
          draft={{ name: name ?? "", externalId: externalId ?? "", phone: phone ?? "" }}
          country={country}
          pending={pending}
          errors={errors}
          onSubmit={submit}
          onClose={close}
        />
      )}
    </>
  );
}
