"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { cancelImportAction } from "../actions.ts";

/** Ends an import after asking. */
export function CancelImport({ workspaceId, id, isBusy }: { workspaceId: string; id: string; isBusy: boolean }) {
  const t = useTranslations("imports.cancel");
  return (
    <ConfirmDialog
      trigger={<Button>{t("open")}</Button>}
      title={t("title")}
      description={t(isBusy ? "busyText" : "text")}
      confirmLabel={t("confirm")}
      cancelLabel={t("keep")}
      onConfirm={async () => {
        const result = await cancelImportAction(workspaceId, { id });
        if (!result.ok) toast.error(t("failed"), { description: result.message });
        return result.ok;
      }}
    />
  );
}
