"use client";

import { useTranslations } from "next-intl";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

/** Somebody else saved the campaign since this draft began: theirs can be looked at, and replaced. */
export function BehindDialog({
  open,
  onClose,
  theirs,
  onOverwrite,
}: {
  open: boolean;
  onClose: () => void;
  /** Where what they saved can be seen. */
  theirs: string;
  onOverwrite: () => void;
}) {
  const t = useTranslations("campaigns.composer");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("behindTitle")}
      description={t("behindText")}
      confirmLabel={t("behindOver")}
      cancelLabel={t("stay")}
      onConfirm={() => {
        onOverwrite();
        return true;
      }}
    >
      <a href={theirs} target="_blank" rel="noreferrer" className="font-medium text-primary-text hover:underline">
        {t("behindSee")}
      </a>
    </ConfirmDialog>
  );
}
