"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { pickWinnerAction } from "../../../actions.ts";

/** Ends a test before its time: the rest gets this variant now. */
export function PickWinner({
  workspaceId,
  campaignId,
  variant,
  name,
}: {
  workspaceId: string;
  campaignId: string;
  variant: number;
  name: string;
}) {
  const t = useTranslations("experiment");
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("pick")}</Button>}
      title={t("pickTitle", { name })}
      description={t("pickText")}
      confirmLabel={t("pickAction")}
      tone="primary"
      onConfirm={async () => {
        const result = await pickWinnerAction(workspaceId, { id: campaignId, variant });
        if (result.ok) toast.success(t("picked", { name }));
        else toast.error(t("pickFailed"), { description: result.message });
        return result.ok;
      }}
    />
  );
}
