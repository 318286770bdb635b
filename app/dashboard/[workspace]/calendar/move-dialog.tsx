"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { DateTimeInput } from "#components/ui/date-time-input.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";
import type { PlannedWire } from "./entry.tsx";

/** Another day and time for a scheduled campaign, by keyboard as well. */
export function MoveDialog({
  entry,
  timeZone,
  onClose,
  onMove,
}: {
  entry: PlannedWire;
  timeZone: string;
  onClose: () => void;
  /** Answers whether it worked. */
  onMove: (at: Date) => Promise<boolean>;
}) {
  const t = useTranslations("calendar");
  const tComposer = useTranslations("campaigns.composer");
  const [wall, setWall] = useState(() => wallTimeOf(new Date(entry.at), timeZone));
  const [pending, startTransition] = useTransition();
  const at = instantOfWallTime(wall, timeZone);
  const error = !at ? tComposer("missingTime") : at.getTime() < Date.now() ? tComposer("pastTime") : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !pending && onClose()}
      title={t("moveTitle", { name: entry.name })}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            {t("keep")}
          </Button>
          <Button
            variant="primary"
            pending={pending}
            disabled={error !== undefined}
            onClick={() =>
              startTransition(async () => {
                if (at && (await onMove(at))) onClose();
              })
            }
          >
            {t("move")}
          </Button>
        </>
      }
    >
      <Field label={t("when")} error={error}>
        <DateTimeInput timeZone={timeZone} value={wall} onValueChange={setWall} />
      </Field>
    </Dialog>
  );
}
