"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Time } from "#components/ui/time.tsx";

/** What one must know before writing on: that unsaved text came back, and what a change does to a campaign that is on. */
export function DraftNotes({
  restoredAt,
  onDiscard,
  note,
}: {
  /** When the text that came back was kept; null: none did. */
  restoredAt: number | null;
  onDiscard: () => void;
  note: string | undefined;
}) {
  const t = useTranslations("campaigns.composer");
  return (
    <div className="mb-5 grid gap-3 empty:hidden">
      {restoredAt !== null && (
        <Callout
          title={t("restored")}
          actions={
            <Button size="sm" onClick={onDiscard}>
              {t("discard")}
            </Button>
          }
        >
          {t.rich("restoredText", { time: () => <Time at={restoredAt} /> })}
        </Callout>
      )}
      {note && <Callout>{note}</Callout>}
    </div>
  );
}
