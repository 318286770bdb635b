import { Download } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { formatNumber } from "#lib/format.ts";
import type { Import } from "#lib/imports/schema.ts";

const outcomes = [
  ["created", "success"],
  ["updated", "primary"],
  ["duplicates", "neutral"],
  ["unconsented", "neutral"],
  ["erased", "neutral"],
  ["failed", "danger"],
] as const;

/** How far an import is and what became of its rows; while it was only tried out, what would. */
export function ImportProgress({ found, workspaceId, path }: { found: Import; workspaceId: string; path: string }) {
  const t = useTranslations("imports");
  const locale = useLocale();
  const isTrial = found.status === "checking" || found.status === "checked";
  const shown = outcomes.filter(([key]) => found[key] > 0 || key === "created" || key === "failed");
  return (
    <Card title={t(isTrial ? "result.trial" : "result.title")}>
      <div className="grid gap-4">
        {found.status === "failed" && (
          <Callout tone="danger" title={t("result.failed")}>
            {found.statusReason}
          </Callout>
        )}
        <p aria-live="polite" className="tabular-nums">
          {t("result.rows", { done: found.rowsDone, rows: found.rows })}
        </p>
        <Progress
          label={t("result.title")}
          total={found.rows}
          segments={shown.map(([key, tone]) => ({ key, label: t(`outcomes.${key}`), value: found[key], tone }))}
        />
        {found.failed > 0 && (
          <Callout
            tone="warning"
            title={t("result.problems", { count: found.failed })}
            actions={
              <Button asChild size="sm">
                <a href={`/api/v1/subscribers/import/${found.id}/errors?workspaceId=${workspaceId}`} download>
                  <Download aria-hidden="true" />
                  {t("result.download")}
                </a>
              </Button>
            }
          >
            {t(isTrial ? "result.trialProblemsText" : "result.problemsText")}
          </Callout>
        )}
        {found.status === "completed" && (
          <div>
            <Button asChild variant={found.failed > 0 ? "secondary" : "primary"}>
              <Link href={path}>
                {t("result.show", { count: formatNumber(found.created + found.updated, locale) })}
              </Link>
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
