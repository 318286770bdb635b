"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { zoneName } from "#lib/format.ts";
import type { ActionResult } from "#lib/http/action.ts";
import type { PreviewedFirings, RecurringTrigger } from "#lib/recurrence/schema.ts";
import { previewScheduleAction } from "./actions.ts";

const settleMs = 400;
const shownAtFirst = 5;

/** When a trigger fires next: by its own clocks, and by those of whoever reads it, as a subscriber there sees it. */
export function FiringList({
  workspaceId,
  trigger,
  siteTimeZone,
  leftOut = [],
}: {
  workspaceId: string;
  /** null: it is not finished. */
  trigger: RecurringTrigger | null;
  siteTimeZone: string;
  /** Firings that somebody skipped, ISO. */
  leftOut?: string[];
}) {
  const t = useTranslations("campaigns.firings");
  const locale = useLocale();
  const heading = useId();
  const own = useTimeZone() ?? "UTC";
  const zone = trigger?.timezone ?? siteTimeZone;
  const [clock, setClock] = useState<"site" | "own">("site");
  const [showsAll, setShowsAll] = useState(false);
  const answer = usePreview(workspaceId, trigger, own);
  const firings = answer?.ok ? answer.data.data.filter(({ at }) => !leftOut.includes(at.toISOString())) : [];
  const shown = showsAll ? firings : firings.slice(0, shownAtFirst);
  const day = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });

  return (
    <section aria-labelledby={heading} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 id={heading} className="text-sm font-medium">
          {t("title")}
        </h3>
        {own !== zone && (
          <Segmented
            aria-label={t("clock")}
            value={clock}
            onValueChange={setClock}
            options={[
              { value: "site", label: t("siteClock"), "aria-label": zoneName(zone, locale) },
              { value: "own", label: t("ownClock"), "aria-label": zoneName(own, locale) },
            ]}
          />
        )}
      </div>
      {trigger === null ? (
        <p className="text-sm text-muted-foreground">{t("unfinished")}</p>
      ) : answer === null ? (
        <div aria-busy="true" className="grid gap-1.5">
          <span className="sr-only">{t("looking")}</span>
          {["a", "b", "c"].map((key) => (
            <Skeleton key={key} />
          ))}
        </div>
      ) : !answer.ok ? (
        <p role="alert" className="text-sm text-danger">
          {answer.code === "never_occurs" ? t("never") : answer.message}
        </p>
      ) : (
        <>
          <ol className="grid gap-1 text-sm tabular-nums">
            {shown.map(({ at, local, subscriberLocal, note }) => {
              const wall = new Date(`${clock === "own" ? (subscriberLocal ?? local) : local}Z`);
              return (
                <li key={at.toISOString()} className="flex flex-wrap items-center justify-between gap-x-3">
                  <time dateTime={at.toISOString()}>{day.format(wall)}</time>
                  <span className="ms-auto flex items-center gap-2">
                    {note && <Badge tone="warning">{t(`note.${note}`)}</Badge>}
                    {time.format(wall)}
                  </span>
                </li>
              );
            })}
          </ol>
          {firings.length > shownAtFirst && (
            <button
              type="button"
              className="justify-self-start text-sm font-medium text-primary-text hover:underline"
              aria-expanded={showsAll}
              onClick={() => setShowsAll((before) => !before)}
            >
              {showsAll ? t("fewer") : t("all", { count: firings.length })}
            </button>
          )}
          <p className="text-sm text-muted-foreground">
            {t("zone", { zone: zoneName(clock === "own" ? own : zone, locale) })}
          </p>
        </>
      )}
    </section>
  );
}

/** The newest answer wins; null while there is none for this trigger. */
function usePreview(
  workspaceId: string,
  trigger: RecurringTrigger | null,
  subscriberTimezone: string,
): ActionResult<PreviewedFirings> | null {
  const [answer, setAnswer] = useState<{ wire: string; result: ActionResult<PreviewedFirings> } | null>(null);
  // By content: the object is new with every render.
  const wire = trigger && JSON.stringify({ trigger, subscriberTimezone });
  useEffect(() => {
    if (wire === null) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const result = await previewScheduleAction(workspaceId, JSON.parse(wire)).catch(() => null);
      if (isCurrent && result) setAnswer({ wire, result });
    }, settleMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [workspaceId, wire]);
  return wire === null || answer?.wire !== wire ? null : answer.result;
}
