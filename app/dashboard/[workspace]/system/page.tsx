import { Blocks } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import { hrefWith } from "#components/frame/page-links.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { formatNumber } from "#lib/format.ts";
import { systemPage } from "./system-data.ts";

/** Every function that does durable work here, with what starts it. */
export default async function SystemFunctionsPage({ params }: PageProps<"/dashboard/[workspace]/system">) {
  const [{ workspace }, t, locale, system] = await Promise.all([
    params,
    getTranslations("system.functions"),
    getLocale(),
    systemPage(),
  ]);
  if (!system?.queue) return null;
  if (system.functions.length === 0) {
    return (
      <EmptyState icon={<Blocks />} title={t("emptyTitle")}>
        {t("emptyText")}
      </EmptyState>
    );
  }
  const runs = `/dashboard/${workspace}/system/runs`;
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader grow>{t("name")}</TableHeader>
            <TableHeader hideBelow="md">{t("triggers")}</TableHeader>
            <TableHeader numeric>{t("running")}</TableHeader>
            <TableHeader numeric>{t("failed")}</TableHeader>
            <TableHeader hideBelow="sm">{t("last")}</TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {system.functions.map(({ id, name, triggers, isActive, running, failed, lastRunAt }) => (
            <TableRow key={id}>
              <TableCell grow>
                <div className="py-1.5">
                  <RowLink href={hrefWith(runs, { function: id })}>{name}</RowLink>
                  <p className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
                    <span className="font-mono">{id}</span>
                    {!isActive && <Badge tone="warning">{t("gone")}</Badge>}
                  </p>
                </div>
              </TableCell>
              <TableCell hideBelow="md" className="font-mono text-sm text-muted-foreground">
                {triggers.join(", ")}
              </TableCell>
              <TableCell numeric>{formatNumber(running, locale)}</TableCell>
              <TableCell numeric className={failed > 0 ? "text-danger" : undefined}>
                {formatNumber(failed, locale)}
              </TableCell>
              <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
                {lastRunAt ? <Time at={lastRunAt} /> : t("never")}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
