import type { useTranslations } from "next-intl";

/** "15 minutes", "3 hours", "day": what follows "every". */
export function intervalLabel(t: ReturnType<typeof useTranslations<"feeds">>, minutes: number): string {
  if (minutes === 1440) return t("form.pollDay");
  return minutes % 60 === 0 ? t("form.pollHours", { hours: minutes / 60 }) : t("form.pollMinutes", { minutes });
}
