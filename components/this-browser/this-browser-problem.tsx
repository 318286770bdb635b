"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Callout } from "#components/ui/callout.tsx";
import { ThisBrowserError } from "./send-to-this-browser.ts";

/** Why `subscribeThisBrowser` failed and what to do, in words. */
export function ThisBrowserProblem({ error, actions }: { error: unknown; actions?: ReactNode }) {
  const t = useTranslations("thisBrowser");
  const reason = error instanceof ThisBrowserError ? error.reason : "failed";
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Callout tone="warning" title={t(`${reason}.title`)} actions={actions}>
      {t(`${reason}.text`, { message })}
    </Callout>
  );
}
