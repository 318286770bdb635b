"use client";

import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { Preflight } from "#lib/campaigns/schema.ts";
import { formatBytes } from "#lib/format.ts";
import type { PreflightState } from "./use-preflight.ts";

export type Check = Preflight["checks"][number];

const icons = {
  ok: <CircleCheck className="text-success" aria-hidden="true" />,
  warning: <TriangleAlert className="text-warning" aria-hidden="true" />,
  blocking: <CircleX className="text-danger" aria-hidden="true" />,
};

const weight = { blocking: 0, warning: 1, ok: 2 };

/** What a check says in the reader's language; the server's words where there are no others. */
export function useCheckWords(): (check: Check, result: Preflight) => string {
  const t = useTranslations("campaigns.preflight");
  const locale = useLocale();
  return (check, result) => {
    const words = {
      count: result.recipients,
      bytes: formatBytes(result.payloadBytes, locale),
      max: formatBytes(result.maxPayloadBytes, locale),
    };
    switch (`${check.id}_${check.level}`) {
      case "audience_ok":
        return t("audience_ok", words);
      case "audience_blocking":
        return t("audience_blocking");
      case "payload_ok":
        return t("payload_ok", words);
      case "payload_warning":
        return t("payload_warning", words);
      case "payload_blocking":
        return t("payload_blocking", words);
      case "variables_warning":
        return t("variables_warning");
      case "link_warning":
        return t("link_warning");
      case "icon_warning":
        return t("icon_warning");
      case "time_blocking":
        return t("time_blocking");
      case "never_blocking":
        return t("never_blocking");
      default:
        return check.message;
    }
  };
}

/** The list before a send: what blocks it, what to look at, what is fine. */
export function ChecksPanel({ preflight, missing }: { preflight: PreflightState; missing: string[] }) {
  const t = useTranslations("campaigns.composer");
  const words = useCheckWords();
  const { result, busy, failure, again } = preflight;
  const lines = [
    ...missing.map((text) => ({ key: text, level: "blocking" as const, text })),
    ...(result?.checks ?? []).map((check) => ({
      key: check.id,
      level: check.level,
      text: result ? words(check, result) : "",
    })),
  ].sort((a, b) => weight[a.level] - weight[b.level]);
  const count = (level: Check["level"]) => lines.filter((line) => line.level === level).length;

  return (
    <section aria-label={t("checks")} className="grid gap-2.5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-base font-semibold">{t("checks")}</h2>
        <span role="status" className="flex items-center gap-1.5 text-sm text-muted-foreground">
          {busy && <Spinner className="size-3" />}
          {busy && !result
            ? t("checksBusy")
            : result && t("checksSummary", { blocking: count("blocking"), warnings: count("warning") })}
        </span>
      </div>
      <ul className="grid gap-2 text-sm">
        {lines.map((line) => (
          <li key={line.key} className="flex gap-2 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
            {icons[line.level]}
            <span className="sr-only">{t(`level.${line.level}`)}: </span>
            <span className={line.level === "ok" ? "text-muted-foreground" : ""}>{line.text}</span>
          </li>
        ))}
      </ul>
      {failure !== null && (
        <div className="flex items-center justify-between gap-3 text-sm text-danger" role="alert">
          <span>{failure || t("checksFailed")}</span>
          <Button size="sm" onClick={again}>
            {t("checksRetry")}
          </Button>
        </div>
      )}
    </section>
  );
}
