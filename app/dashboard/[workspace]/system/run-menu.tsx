"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { WorkState } from "#lib/system/schema.ts";
import { cancelWorkAction, retryWorkAction } from "./actions.ts";

/** What can be done about one run: a running one is cancelled, an ended one started again. */
export function RunMenu({
  workspaceId,
  id,
  name,
  status,
}: {
  workspaceId: string;
  id: string;
  name: string;
  status: WorkState;
}) {
  const t = useTranslations("system.actions");
  const [asking, setAsking] = useState(false);
  const [, startTransition] = useTransition();
  const retry = () =>
    startTransition(async () => {
      const result = await retryWorkAction(workspaceId, { id });
      if (result.ok) toast.success(t("retried"));
      else toast.error(result.message);
    });
  const cancel = async () => {
    const result = await cancelWorkAction(workspaceId, { id });
    if (result.ok) toast.success(t("cancelled"));
    else toast.error(result.message);
    return result.ok;
  };
  return (
    <>
      <RowMenu name={name}>
        {status === "running" ? (
          <MenuItem tone="danger" onSelect={() => setAsking(true)}>
            {t("cancel")}
          </MenuItem>
        ) : (
          <MenuItem onSelect={retry}>{t("retry")}</MenuItem>
        )}
      </RowMenu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("cancelTitle", { name })}
        description={t("cancelText")}
        confirmLabel={t("cancelConfirm")}
        cancelLabel={t("keep")}
        onConfirm={cancel}
      />
    </>
  );
}
