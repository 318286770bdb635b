"use client";

import { useLocale, useTimeZone } from "next-intl";
import { useSyncExternalStore } from "react";
import { formatInstant, formatRelative } from "#lib/format.ts";
import { Tooltip } from "./tooltip.tsx";

export type TimeProps = {
  at: Date | string | number;
  /** IANA name; without it the viewer's own zone. */
  timeZone?: string;
  /** `relative` with the exact instant on hover; `exact` with the zone named; `both` for detail pages. */
  look?: "relative" | "exact" | "both";
  className?: string;
};

/** An instant, in words. Keeps itself current. */
export function Time({ at, timeZone, look = "relative", className }: TimeProps) {
  const locale = useLocale();
  const viewerZone = useTimeZone();
  const zone = timeZone ?? viewerZone ?? "UTC";
  const now = useSyncExternalStore(eachTick, tickNow, () => null) ?? Date.now();
  const instant = new Date(at);
  const exact = formatInstant(instant, { locale, timeZone: zone });
  const relative = formatRelative(instant, new Date(now), locale);
  // The server's clock and the browser's differ by a moment: "4 seconds ago" against "5" is no reason to render again.
  const time = (
    <time dateTime={instant.toISOString()} className={className} suppressHydrationWarning>
      {look === "exact" ? exact : look === "both" ? `${exact} (${relative})` : relative}
    </time>
  );
  if (look !== "relative") return time;
  return <Tooltip content={exact}>{time}</Tooltip>;
}

// One clock for all times on the page.
const tickMs = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function eachTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tickNow(): number {
  return Math.floor(Date.now() / tickMs) * tickMs;
}
