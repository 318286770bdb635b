"use client";

import { Info, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import type { PreviewState } from "./look.ts";
import { NotificationPreview } from "./notification-preview.tsx";
import { missingOn, type PlatformId, type PreviewContent, platformIds, platforms } from "./platforms.ts";

/** The composer's preview: a screen with the notification on it, by platform, collapsed or expanded, light or dark. */
export function PreviewPanel({ className, ...content }: PreviewContent & { className?: string }) {
  const t = useTranslations("preview");
  const [platform, setPlatform] = useState<PlatformId>("windows-chrome");
  const [state, setState] = useState<PreviewState>("expanded");
  const [scheme, setScheme] = useState<"light" | "dark">("light");
  const missing = missingOn(platform, content);
  const phone = platform === "android-chrome" || platform === "ios-safari";

  return (
    <section aria-label={t("label")} className={cn("grid content-start gap-3", className)}>
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-44 flex-1 max-sm:basis-full">
          <Select
            aria-label={t("platform")}
            value={platform}
            onValueChange={(value) => setPlatform(platformIds.find((id) => id === value) ?? platform)}
            options={platformIds.map((id) => ({ value: id, label: t(`platforms.${id}`) }))}
          />
        </div>
        <Segmented
          aria-label={t("state")}
          value={state}
          onValueChange={setState}
          options={[
            { value: "collapsed", label: t("collapsed") },
            { value: "expanded", label: t("expanded") },
          ]}
        />
        <Segmented
          aria-label={t("scheme")}
          value={scheme}
          onValueChange={setScheme}
          options={[
            { value: "light", label: <Sun aria-hidden="true" />, "aria-label": t("light") },
            { value: "dark", label: <Moon aria-hidden="true" />, "aria-label": t("dark") },
          ]}
        />
      </div>
      <div
        data-device={scheme}
        className={cn(
          "flex min-h-72 overflow-hidden rounded-lg border border-border p-4 sm:p-5",
          "bg-[radial-gradient(120%_90%_at_15%_0%,#cfe0ff,transparent_60%),radial-gradient(90%_90%_at_100%_30%,#e7d7f7,transparent_60%),linear-gradient(#dfe6f1,#eef0f5)]",
          "device-dark:bg-[radial-gradient(120%_90%_at_15%_0%,#26406f,transparent_60%),radial-gradient(90%_90%_at_100%_30%,#45305f,transparent_60%),linear-gradient(#171c29,#10131b)]",
          phone
            ? "justify-center"
            : platform.startsWith("windows")
              ? "items-end justify-end"
              : "items-start justify-end",
        )}
      >
        <div className={cn("w-full", phone ? "max-w-95 pt-6" : "max-w-91")}>
          <NotificationPreview {...content} platform={platform} state={state} scheme={scheme} />
        </div>
      </div>
      <ul className="grid gap-1 text-sm text-muted-foreground" aria-live="polite">
        {missing.map((what) => (
          <li key={what} className="flex gap-2">
            <Info className="mt-0.5 size-4 shrink-0 text-info" aria-hidden="true" />
            {t(`notes.${what}`, { platform: t(`platforms.${platform}`) })}
          </li>
        ))}
        {platform === "ios-safari" && (
          <li className="flex gap-2">
            <Info className="mt-0.5 size-4 shrink-0 text-info" aria-hidden="true" />
            {t("notes.ios")}
          </li>
        )}
        <li className="text-subtle-foreground">
          {t("rule", {
            title: platforms[platform].titleLines[state],
            message: platforms[platform].messageLines[state],
          })}
        </li>
      </ul>
    </section>
  );
}
