"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { hrefWith } from "#components/frame/page-links.ts";
import { Card } from "#components/ui/card.tsx";
import { StatusBadge, statusTones } from "#components/ui/status-badge.tsx";
import { formatNumber } from "#lib/format.ts";
import type { ProgressWire } from "./live-status.ts";
import { reasonKey } from "./reasons.ts";

/** Why messages did not get through, most frequent first, each with what to do and the way to its messages. */
export function Problems({ progress, path }: { progress: ProgressWire; path: string }) {
  const { reasons, counts } = progress;
  const t = useTranslations("campaigns");
  const locale = useLocale();
  return (
    <Card title={t("problems.title")} flush={reasons.length > 0}>
      {reasons.length === 0 ? (
        <p className="text-muted-foreground">
          {t(counts.sent === counts.recipients ? "problems.none" : "problems.soFar")}
        </p>
      ) : (
        <ul>
          {reasons.map(({ status, reason, count }) => (
            <li key={`${status} ${reason}`} className="grid gap-1 border-b border-border px-4 py-3 last:border-b-0">
              <div className="flex items-start justify-between gap-3">
                <span className="font-medium">{t(`reasons.${reasonKey(reason)}.title`)}</span>
                <span className="font-medium tabular-nums">{formatNumber(count, locale)}</span>
              </div>
              <p className="text-sm text-pretty text-muted-foreground">{t(`reasons.${reasonKey(reason)}.text`)}</p>
              <div className="mt-0.5 flex items-center justify-between gap-3 text-sm">
                {isStatus(status) && <StatusBadge status={status} />}
                <Link
                  href={hrefWith(`${path}/messages`, { status, reason })}
                  className="rounded-sm text-primary-text underline-offset-4 hover:underline"
                >
                  {t("problems.see")}
                  <span className="sr-only"> – {t(`reasons.${reasonKey(reason)}.title`)}</span>
                </Link>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function isStatus(status: string): status is keyof typeof statusTones {
  return Object.hasOwn(statusTones, status);
}
