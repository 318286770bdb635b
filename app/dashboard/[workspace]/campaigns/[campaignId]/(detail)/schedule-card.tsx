"use client";

import { useLocale, useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import type { RecurringTrigger } from "#lib/recurrence/schema.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import { FiringList } from "../../firing-list.tsx";
import { useScheduleWords } from "../../schedule-words.ts";

const shownDaysOff = 5;

/** How the campaign repeats, and when next. */
export function ScheduleCard({
  workspaceId,
  trigger,
  isOver,
  leftOut,
}: {
  workspaceId: string;
  trigger: RecurringTrigger;
  /** It fires no more. */
  isOver: boolean;
  /** Firings that somebody skipped, ISO. */
  leftOut: string[];
}) {
  const t = useTranslations("campaigns.runs");
  const tRepeat = useTranslations("campaigns.repeat");
  const words = useScheduleWords();
  return (
    <Card title={t("schedule")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="grid gap-1">
          <p className="text-pretty wrap-anywhere">{words(trigger)}</p>
          <DaysOff trigger={trigger} />
          {trigger.missedRuns && trigger.missedRuns !== "latest" && (
            <p className="text-sm text-muted-foreground">
              {t("missed", { rule: tRepeat(`missedRule.${trigger.missedRuns}`) })}
            </p>
          )}
        </div>
        {!isOver && (
          <FiringList workspaceId={workspaceId} trigger={trigger} siteTimeZone={trigger.timezone} leftOut={leftOut} />
        )}
      </div>
    </Card>
  );
}

/** The days without firings that are still to come. */
function DaysOff({ trigger: { exceptDates = [], blackouts = [], timezone } }: { trigger: RecurringTrigger }) {
  const t = useTranslations("campaigns.runs");
  const locale = useLocale();
  const today = wallTimeOf(new Date(), timezone).slice(0, 10);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const say = (day: string) => format.format(new Date(`${day}T00:00Z`));
  const off = [...exceptDates.map((day) => ({ from: day.slice(0, 10), to: day.slice(0, 10) })), ...blackouts]
    .filter(({ to }) => to >= today)
    .sort((a, b) => a.from.localeCompare(b.from));
  if (off.length === 0) return null;
  const said = off
    .slice(0, shownDaysOff)
    .map(({ from, to }) => (from === to ? say(from) : t("stretch", { from: say(from), to: say(to) })));
  return (
    <p className="text-sm text-pretty text-muted-foreground">
      {t("daysOff", { days: said.join(" · "), more: off.length - said.length })}
    </p>
  );
}
