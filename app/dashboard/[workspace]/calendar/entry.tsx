"use client";

import { CalendarClock, Repeat } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import type { Planned } from "#lib/campaigns/calendar-schema.ts";

/** As the API gives it: instants are ISO text. */
export type PlannedWire = z.input<typeof Planned>;

/** One thing that is planned: a link to its campaign, with a button that moves what can be moved. */
export function Entry({
  entry,
  base,
  timeZone,
  describedBy,
  isMovable,
  isDragged,
  onDrag,
  onMove,
}: {
  entry: PlannedWire;
  base: string;
  timeZone: string;
  describedBy: string;
  isMovable: boolean;
  isDragged: boolean;
  onDrag: (entry: PlannedWire | null) => void;
  onMove: () => void;
}) {
  const t = useTranslations("calendar");
  const locale = useLocale();
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }).format(new Date(entry.at));
  const isOnce = entry.type === "one_time";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way; the button beside is the first.
    <div
      draggable={isMovable}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", entry.name);
        onDrag(entry);
      }}
      onDragEnd={() => onDrag(null)}
      className={cn(
        "group relative flex min-w-0 items-center gap-1 rounded-sm border px-1.5 py-0.5 text-xs",
        isOnce ? "border-transparent bg-primary-soft text-primary-text" : "border-border bg-muted text-foreground",
        isMovable && "cursor-grab active:cursor-grabbing",
        isDragged && "opacity-50",
      )}
    >
      <Link
        href={`${base}/campaigns/${entry.campaignId}`}
        draggable={false}
        className="flex min-w-0 flex-1 items-baseline gap-1 rounded-sm py-0.5 hover:underline"
      >
        {!isOnce && <Repeat className="size-3 shrink-0 self-center text-muted-foreground" aria-label={t("repeats")} />}
        <span className="shrink-0 tabular-nums">{time}</span>
        <span className="truncate font-medium">{entry.name}</span>
        {entry.times > 1 && <span className="shrink-0 tabular-nums">{t("times", { count: entry.times })}</span>}
      </Link>
      {isMovable && (
        <Button
          size="icon-sm"
          variant="ghost"
          className="size-6 shrink-0 md:absolute md:inset-y-0 md:end-0.5 md:my-auto md:bg-card md:opacity-0 md:group-focus-within:opacity-100 md:group-hover:opacity-100"
          aria-label={t("moveName", { name: entry.name })}
          aria-describedby={describedBy}
          onClick={onMove}
        >
          <CalendarClock aria-hidden="true" />
        </Button>
      )}
    </div>
  );
}
