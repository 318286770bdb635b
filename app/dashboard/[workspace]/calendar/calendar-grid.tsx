"use client";

import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { readWallTime, wallTimeOf } from "#lib/wall-time.ts";
import type { CalendarView } from "./calendar-days.ts";
import { movedTo } from "./calendar-days.ts";
import { Entry, type PlannedWire } from "./entry.tsx";
import { MoveDialog } from "./move-dialog.tsx";
import { useMove } from "./use-move.ts";

const shownInMonth = 3;

/**
 * The days of a month or week with what is planned. A scheduled campaign is dragged to another day, or moved by its
 * button; on a phone the days stand below each other.
 */
export function CalendarGrid({
  workspaceId,
  base,
  view,
  days,
  month,
  today,
  timeZone,
  entries,
  mayMove,
}: {
  workspaceId: string;
  base: string;
  view: CalendarView;
  days: string[];
  /** `YYYY-MM`; other months' days are dimmed. */
  month: string;
  today: string;
  timeZone: string;
  entries: PlannedWire[];
  mayMove: boolean;
}) {
  const t = useTranslations("calendar");
  const locale = useLocale();
  const dragHint = useId();
  const { shown, move } = useMove(workspaceId, entries, timeZone);
  const [dragged, setDragged] = useState<PlannedWire | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [moving, setMoving] = useState<{ entry: PlannedWire; wallAt?: string } | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());

  const byDay = Map.groupBy(shown, (entry) => wallTimeOf(new Date(entry.at), timeZone).slice(0, 10));
  const name = (day: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
  const drop = (day: string) => {
    setOver(null);
    if (dragged) {
      const wallAt = movedTo(new Date(dragged.at), day, timeZone);
      const read = readWallTime(wallAt, timeZone);
      // The clocks of that day skip its time: somebody must choose another.
      if (!read || read.kind === "gap") setMoving({ entry: dragged, wallAt });
      else void move(dragged, read.at);
    }
    setDragged(null);
  };

  return (
    <>
      <p id={dragHint} className="sr-only">
        {t("dragHint")}
      </p>
      <ol className="overflow-hidden rounded-lg border border-border bg-card md:grid md:grid-cols-7">
        {days.slice(0, 7).map((day) => (
          <li
            key={`head-${day}`}
            aria-hidden="true"
            className="hidden border-b border-border bg-muted/50 px-2 py-1.5 text-xs font-medium text-muted-foreground md:block"
          >
            {name(day, { weekday: "short" })}
          </li>
        ))}
        {days.map((day, index) => {
          const list = byDay.get(day) ?? [];
          const isOther = view === "month" && !day.startsWith(month);
          const isPast = day < today;
          const limit = view === "week" || open.has(day) ? list.length : shownInMonth;
          const hidden = list.length - Math.min(limit, list.length);
          const takes = dragged !== null && !isPast;
          return (
            <li
              key={day}
              onDragOver={(event) => {
                if (!takes) return;
                event.preventDefault();
                setOver(day);
              }}
              onDragLeave={() => setOver((before) => (before === day ? null : before))}
              onDrop={(event) => {
                event.preventDefault();
                if (takes) drop(day);
              }}
              className={cn(
                "min-w-0 border-border p-1.5 max-md:border-b max-md:px-3 max-md:py-2.5 max-md:last:border-b-0 md:border-e md:border-b",
                index % 7 === 6 && "md:border-e-0",
                index >= days.length - 7 && "md:border-b-0",
                view === "week" ? "md:min-h-72" : "md:min-h-28",
                (isOther || isPast) && "md:bg-muted/40",
                list.length === 0 && "max-md:hidden",
                over === day && "bg-primary-soft/60",
              )}
            >
              <div
                className={cn(
                  "mb-1 flex items-center gap-1.5 px-0.5 text-xs tabular-nums",
                  isOther || isPast ? "text-subtle-foreground" : "text-muted-foreground",
                )}
              >
                <time
                  dateTime={day}
                  className={cn(
                    "grid h-5 min-w-5 place-items-center rounded-full px-1 font-medium",
                    day === today && "bg-primary text-primary-foreground",
                  )}
                >
                  <span className="md:hidden">{name(day, { weekday: "short", day: "numeric", month: "short" })}</span>
                  <span className="max-md:hidden">
                    <span className="sr-only">{name(day, { dateStyle: "full" })}</span>
                    <span aria-hidden="true">{Number(day.slice(8))}</span>
                  </span>
                </time>
              </div>
              <ul className="grid grid-cols-[minmax(0,1fr)] gap-1">
                {list.slice(0, limit).map((entry) => (
                  <li key={`${entry.campaignId} ${entry.at}`}>
                    <Entry
                      entry={entry}
                      base={base}
                      timeZone={timeZone}
                      describedBy={dragHint}
                      isMovable={mayMove && entry.isMovable}
                      isDragged={dragged === entry}
                      onDrag={setDragged}
                      onMove={() => setMoving({ entry })}
                    />
                  </li>
                ))}
              </ul>
              {hidden > 0 && (
                <button
                  type="button"
                  onClick={() => setOpen((before) => new Set(before).add(day))}
                  className="mt-1 rounded-sm px-1 text-xs font-medium text-muted-foreground hover:text-foreground"
                >
                  {t("more", { count: hidden })}
                </button>
              )}
            </li>
          );
        })}
        {shown.length === 0 && <li className="p-4 text-muted-foreground md:hidden">{t("nothing")}</li>}
      </ol>
      {shown.length === 0 && <p className="mt-3 text-sm text-muted-foreground max-md:hidden">{t("nothing")}</p>}
      {moving && (
        <MoveDialog
          {...moving}
          timeZone={timeZone}
          onClose={() => setMoving(null)}
          onMove={(at) => move(moving.entry, at)}
        />
      )}
    </>
  );
}
