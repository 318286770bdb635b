"use client";

import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState, useTransition } from "react";
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
  const tSending = useTranslations("sending.checks");
  const locale = useLocale();
  return (check, result) => {
    const words = {
      count: result.recipients,
      bytes: formatBytes(result.payloadBytes, locale),
      max: formatBytes(result.maxPayloadBytes, locale),
    };
    const { values = {} } = check;
    const count = Number(values.count ?? 0);
    switch (`${check.id}_${check.level}`) {
      case "audience_ok":
        return values.later ? t("audience_later") : t("audience_ok", words);
      case "audience_blocking":
        return t("audience_blocking");
      case "payload_ok":
        return t("payload_ok", words);
      case "payload_warning":
        return t("payload_warning", words);
      case "payload_blocking":
        return t("payload_blocking", words);
      case "variables_warning":
        return tSending("variables_missing", { count, variable: String(values.variable ?? "") });
      case "event_variables_warning":
        return tSending("event_variables", {
          event: String(values.event ?? ""),
          property: String(values.property ?? ""),
        });
      case "cap_warning":
        return tSending("cap_warning", { count });
      case "quiet_ok":
        return tSending("quiet_ok", { count });
      case "passed_warning":
        return tSending("passed_warning", { count });
      case "holdout_ok":
        return tSending("holdout_ok", { count });
      case "approval_ok":
        return tSending("approval_ok");
      case "never_blocking":
        return tSending("never_blocking");
      case "link_warning":
        return t("link_warning");
      case "icon_warning":
        return t("icon_warning");
      case "time_blocking":
        return t("time_blocking");
      default:
        return check.message;
    }
  };
}

/** The list before a send: what blocks it, what to look at, what is fine. */
export function ChecksPanel({
  preflight,
  missing,
  onCheckLinks,
}: {
  preflight: PreflightState;
  missing: string[];
  /** Asks the links of the text whether they answer; what is wrong with them, in words. */
  onCheckLinks: (() => Promise<string[] | null>) | null;
}) {
  const t = useTranslations("campaigns.composer");
  const words = useCheckWords();
  const { result, busy, failure, again } = preflight;
  const lines = [
    ...missing.map((text) => ({ key: text, level: "blocking" as const, text })),
    ...(result?.checks ?? []).map((check) => ({
      key: `${check.id} ${check.message}`,
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
      {onCheckLinks && <LinksCheck onCheck={onCheckLinks} />}
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

/** Asks the links when one wants to know: it takes seconds, and pages may notice. */
function LinksCheck({ onCheck }: { onCheck: () => Promise<string[] | null> }) {
  const t = useTranslations("sending.checks");
  const tComposer = useTranslations("campaigns.composer");
  const [pending, startTransition] = useTransition();
  const [broken, setBroken] = useState<string[] | null>();
  return (
    <div className="grid gap-2 text-sm">
      <Button
        size="sm"
        className="justify-self-start"
        pending={pending}
        onClick={() => startTransition(async () => setBroken(await onCheck()))}
      >
        {t("links")}
      </Button>
      {broken !== undefined && !pending && (
        <ul role="status" className="grid gap-2 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
          {(broken ?? [tComposer("checksFailed")]).map((line) => (
            <li key={line} className="flex gap-2 break-all">
              {icons.warning}
              {line}
            </li>
          ))}
          {broken?.length === 0 && (
            <li className="flex gap-2 text-muted-foreground">
              {icons.ok}
              {t("linksFine")}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
