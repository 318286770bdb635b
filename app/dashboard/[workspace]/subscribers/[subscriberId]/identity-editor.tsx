"use client";

import { Pencil } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

const IdentityDialog = dynamic(() => import("./identity-dialog.tsx").then((file) => file.IdentityDialog));

/** The button that opens `IdentityDialog`, which is loaded when first asked for. */
export function IdentityEditor(person: {
  workspaceId: string;
  id: string;
  name: string | null;
  externalId: string | null;
}) {
  const t = useTranslations("subscribers.detail");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Pencil aria-hidden="true" />
        {t("edit")}
      </Button>
      {open && <IdentityDialog {...person} onClose={() => setOpen(false)} />}
    </>
  );
}
