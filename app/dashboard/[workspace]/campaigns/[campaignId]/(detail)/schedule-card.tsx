"use client";

import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import type { RecurringTrigger } from "#lib/recurrence/schema.ts";
import { FiringList } from "../../firing-list.tsx";
import { useScheduleWords } from "../../schedule-words.ts";

/** How the campaign repeats, and when next. */
export function ScheduleCard({
  workspaceId,
  trigger,
  leftOut,
}: {
  workspaceId: string;
  trigger: RecurringTrigger;
  /** Firings that somebody skipped, ISO. */
  leftOut: string[];
}) {
  const t = useTranslations("campaigns.runs");
  const words = useScheduleWords();
  return (
    <Card title={t("schedule")}>
      <div className="grid gap-4">
        <p className="text-pretty break-words">{words(trigger)}</p>
        <FiringList workspaceId={workspaceId} trigger={trigger} siteTimeZone={trigger.timezone} leftOut={leftOut} />
      </div>
    </Card>
  );
}
