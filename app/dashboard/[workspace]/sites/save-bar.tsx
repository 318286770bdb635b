"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";

/** Comes up at the foot of a long form once something was changed; inside the `<form>`. */
export function SaveBar({
  isDirty,
  pending,
  problem,
  onDiscard,
}: {
  isDirty: boolean;
  pending: boolean;
  /** Why the last try was refused. Said here and not in a toast, which would lie over the buttons. */
  problem: string | undefined;
  onDiscard: () => void;
}) {
  const t = useTranslations("sites.settings");
  return (
    <div role="status" className="sticky bottom-4 z-20 mt-4 empty:hidden">
      {isDirty && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-popover px-4 py-2.5 shadow-overlay">
          <span className={`text-sm ${problem ? "text-danger" : "text-muted-foreground"}`}>
            {problem ?? t("unsaved")}
          </span>
          <span className="ms-auto flex gap-2">
            <Button onClick={onDiscard} disabled={pending}>
              {t("discard")}
            </Button>
            <SubmitButton pending={pending}>{t("save")}</SubmitButton>
          </span>
        </div>
      )}
    </div>
  );
}
