"use client";

import { ChevronRight } from "lucide-react";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import type { Preflight } from "#lib/campaigns/schema.ts";
import { formatInstant, formatNumber } from "#lib/format.ts";

const rows = [
  "selected",
  "optedOut",
  "withoutDevice",
  "people",
  "severalDevices",
  "unwilling",
  "capped",
  "quiet",
  "passed",
  "heldOut",
] as const;
/** Told even when it is nobody. */
const always = new Set<string>(["selected", "people"]);

/** How the number of devices comes about: who is in the audience, who falls out, who waits. */
export function ReachExplained({ result }: { result: Preflight }) {
  const t = useTranslations("sending.reach");
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  const { audience, recipients, finishesAt, perMinute } = result;
  return (
    <details className="group -mt-4 text-sm">
      <summary className="flex list-none items-center gap-1.5 rounded-sm text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-3.5 transition-[rotate] group-open:rotate-90 rtl:rotate-180" aria-hidden="true" />
        {t("title")}
      </summary>
      <dl className="mt-2 grid gap-1 rounded-lg border border-border p-3">
        {rows
          .filter((name) => always.has(name) || audience[name] > 0)
          .map((name) => (
            <div key={name} className="flex justify-between gap-3">
              <dt className="text-muted-foreground">{t(name)}</dt>
              <dd className="tabular-nums">{formatNumber(audience[name], locale)}</dd>
            </div>
          ))}
        <div className="flex justify-between gap-3 border-t border-border pt-1 font-medium">
          <dt>{t("devices")}</dt>
          <dd className="tabular-nums">{formatNumber(recipients - audience.heldOut, locale)}</dd>
        </div>
        {finishesAt && (
          <p className="pt-1 text-muted-foreground">
            {t("finish", {
              time: formatInstant(finishesAt, { locale, timeZone }),
              rate: formatNumber(perMinute, locale),
            })}
          </p>
        )}
      </dl>
    </details>
  );
}
