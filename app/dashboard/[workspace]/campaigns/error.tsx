"use client";

import { useTranslations } from "next-intl";
import { ErrorState } from "#components/ui/error-state.tsx";

export default function CampaignsError({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations("campaigns.error");
  return (
    <ErrorState retry={retry} reference={digestOf(error)}>
      {t("text")}
    </ErrorState>
  );
}

/** The error's number in the logs. */
function digestOf(error: unknown): string | undefined {
  const digest: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "digest") : undefined;
  return typeof digest === "string" ? digest : undefined;
}
