"use client";

import { useLocale, useTranslations } from "next-intl";
import { cn } from "#components/ui/cn.ts";
import { formatBytes } from "#lib/format.ts";

/** How full a push message is: its bytes of the most that push services take. */
export function PayloadMeter({ bytes, maxBytes }: { bytes: number; maxBytes: number }) {
  const t = useTranslations("content.payload");
  const locale = useLocale();
  const share = bytes / maxBytes;
  const over = bytes > maxBytes;
  return (
    <div className="grid gap-1.5 text-sm">
      <div className="flex justify-between gap-4">
        <span className="text-muted-foreground">{t("label")}</span>
        <span className={cn("tabular-nums", over && "font-medium text-danger")}>
          {t("of", { bytes: formatBytes(bytes, locale), max: formatBytes(maxBytes, locale) })}
        </span>
      </div>
      <svg
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-1 w-full rounded-full bg-muted rtl:-scale-x-100"
      >
        <rect
          width={Math.min(share, 1) * 100}
          height="1"
          className={over ? "fill-danger-solid" : share > 0.8 ? "fill-warning-solid" : "fill-success-solid"}
        />
      </svg>
      {over && <p className="text-danger">{t("over", { bytes: formatBytes(bytes - maxBytes, locale) })}</p>}
    </div>
  );
}
