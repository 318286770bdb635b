"use client";

import { UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { createSubscriberAction } from "./actions.ts";
import type { PersonDraft } from "./person-dialog.tsx";

const PersonDialog = dynamic(() => import("./person-dialog.tsx").then((file) => file.PersonDialog));

/** Adds a person who has no browser subscribed, and opens their page. */
export function AddSubscriber({ workspaceId, path }: { workspaceId: string; path: string }) {
  const t = useTranslations("subscribers");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [pending, startTransition] = useTransition();
  const add = ({ name, externalId, phone }: PersonDraft) =>
    startTransition(async () => {
      const person = { ...(name && { name }), ...(externalId && { externalId }), ...(phone && { phone }) };
      const result = await createSubscriberAction(workspaceId, person);
      setErrors(result.ok ? {} : (result.fields ?? {}));
      if (result.ok) router.push(`${path}/${result.data.id}`);
      else if (!result.fields) toast.error(t("add.failed"), { description: result.message });
    });
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <UserPlus aria-hidden="true" />
        {t("add.open")}
      </Button>
      {open && (
        <PersonDialog
          title={t("add.title")}
          submitLabel={t("add.submit")}
          draft={{ name: "", externalId: "", phone: "" }}
          country={null}
          pending={pending}
          errors={errors}
          onSubmit={add}
          onClose={() => {
            setErrors({});
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
