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

/** The runs of a campaign that repeats or sends a feed's items, each with its own figures, the next one first. */
export function RecurringRuns({
  runs,
  timeZone,
  hasItems = false,
  pages,
}: {
  runs: RunRow[];
  timeZone: string;
  /** Each run tells of an item. */
  hasItems?: boolean;
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
              {hasItems && <TableHeader grow>{t("item")}</TableHeader>}
              <TableHeader hideBelow={hasItems ? "sm" : undefined}>{t("due")}</TableHeader>
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
            {runs.map(({ id, dueAt, status, statusReason, variables, counts }) => (
              <TableRow key={id}>
                {hasItems && (
                  <TableCell grow>
                    <span className="block truncate font-medium">{variables["item.title"] ?? "–"}</span>
                    <span className="block text-sm text-muted-foreground sm:hidden">
                      <Time at={dueAt} look="exact" timeZone={timeZone} />
                    </span>
                    <Figures counts={counts} />
                  </TableCell>
                )}
                <TableCell className="whitespace-nowrap" hideBelow={hasItems ? "sm" : undefined}>
                  <Time at={dueAt} look="exact" timeZone={timeZone} />
                  {!hasItems && <Figures counts={counts} />}
                </TableCell>
                <TableCell>
                  <StatusBadge status={statusReason === "skipped" ? "skipped" : status} />
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

/** On a phone, where the columns are hidden. */
function Figures({ counts }: Pick<RunRow, "counts">) {
  const t = useTranslations("campaigns.runs");
  if (counts.recipients === 0) return null;
  return (
    <span className="block text-sm text-muted-foreground sm:hidden">
      {t("figures", { sent: counts.sent, clicked: counts.clicked })}
    </span>
  );
}
