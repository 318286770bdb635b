import { useLocale, useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { Card } from "#components/ui/card.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { RunRow } from "#lib/campaigns/schema.ts";
import { formatNumber, formatPercent } from "#lib/format.ts";

const figures = ["recipients", "sent", "delivered", "clicked"] as const;

/** The runs of a campaign that repeats, each with its own figures, the next one first. */
export function RecurringRuns({
  runs,
  timeZone,
  pages,
}: {
  runs: RunRow[];
  timeZone: string;
  pages: ComponentProps<typeof Pagination>;
}) {
  const t = useTranslations("campaigns.runs");
  const tList = useTranslations("campaigns.list");
  const locale = useLocale();
  const words = {
    recipients: tList("recipients"),
    sent: tList("sent"),
    delivered: tList("shown"),
    clicked: tList("clicked"),
  };
  return (
    <div className="grid gap-3">
      <Card title={t("title")} flush>
        <Table label={t("title")}>
          <TableHead>
            <tr>
              <TableHeader>{t("due")}</TableHeader>
              <TableHeader>{t("status")}</TableHeader>
              {figures.map((name, index) => (
                <TableHeader key={name} numeric hideBelow={(["xl", "sm", "md", "md"] as const)[index] ?? "md"}>
                  {words[name]}
                </TableHeader>
              ))}
              <TableHeader numeric hideBelow="lg">
                {tList("clickRate")}
              </TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {runs.map(({ id, dueAt, status, statusReason, counts }) => (
              <TableRow key={id}>
                <TableCell className="whitespace-nowrap">
                  <Time at={dueAt} look="exact" timeZone={timeZone} />
                </TableCell>
                <TableCell>
                  <StatusBadge status={status} />
                  {statusReason === "skipped" && (
                    <span className="ms-2 text-sm text-muted-foreground">{t("skipped")}</span>
                  )}
                </TableCell>
                {figures.map((name, index) => (
                  <TableCell
                    key={name}
                    numeric
                    hideBelow={(["xl", "sm", "md", "md"] as const)[index] ?? "md"}
                    className={counts.recipients > 0 ? "" : "text-subtle-foreground"}
                  >
                    {counts.recipients > 0 ? formatNumber(counts[name], locale) : "–"}
                  </TableCell>
                ))}
                <TableCell numeric hideBelow="lg" className={counts.sent > 0 ? "" : "text-subtle-foreground"}>
                  {counts.sent > 0 ? formatPercent(counts.clicked / counts.sent, locale) : "–"}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Card>
      <Pagination {...pages} />
    </div>
  );
}
