"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { readWallTime, wallTimeOf } from "#lib/wall-time.ts";
import { TypedTimeField } from "../campaigns/typed-time-field.tsx";
import type { PlannedWire } from "./entry.tsx";

/** Another day and time for a scheduled campaign, by keyboard as well. */
export function MoveDialog({
  entry,
  wallAt,
  timeZone,
  onClose,
  onMove,
}: {
  entry: PlannedWire;
  /** What it begins with, a wall time; when it goes out now where it is absent. */
  wallAt?: string | undefined;
  timeZone: string;
  onClose: () => void;
  /** Answers whether it worked. */
  onMove: (at: Date) => Promise<boolean>;
}) {
  const t = useTranslations("calendar");
  const tComposer = useTranslations("campaigns.composer");
  const [wall, setWall] = useState(() => wallAt ?? wallTimeOf(new Date(entry.at), timeZone));
  const [pending, startTransition] = useTransition();
  const read = readWallTime(wall, timeZone);
  const at = read && read.kind !== "gap" ? read.at : null;
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
      <TypedTimeField label={t("when")} error={error} timeZone={timeZone} value={wall} onValueChange={setWall} />
    </Dialog>
  );
}
