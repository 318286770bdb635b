"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { signOutEverywhereAction } from "./actions.ts";

export function EverywhereButton() {
  const t = useTranslations("account");
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-quiet" className="justify-self-start">
          {t("signOutEverywhere")}
        </Button>
      }
      title={t("everywhereTitle")}
      description={t("everywhereText")}
      confirmLabel={t("everywhereConfirm")}
      onConfirm={async () => {
        const result = await signOutEverywhereAction();
        if (!result.ok) toast.error(result.message);
        return result.ok;
      }}
    />
  );
}
