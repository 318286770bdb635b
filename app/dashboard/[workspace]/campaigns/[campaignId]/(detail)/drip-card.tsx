import { useLocale, useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import type { DripProgress } from "#lib/campaigns/drip-schema.ts";
import { formatNumber } from "#lib/format.ts";

/** How many people are at each step now, how many had it and how many left there: bars to see, figures to read. */
export function DripCard({ progress, titles }: { progress: DripProgress; titles: ReadonlyMap<number, string> }) {
  const t = useTranslations("campaigns.drip");
  const locale = useLocale();
  const { active, completed, stopped } = progress;
  const most = Math.max(1, ...progress.steps.map(({ waiting, passed }) => Math.max(waiting, passed)));
  const bar = (value: number, color: string) => (
    <span className="flex h-2 w-full overflow-hidden rounded-full bg-muted" aria-hidden="true">
      <span className={color} style={{ width: `${(value / most) * 100}%` }} />
    </span>
  );
  return (
    <Card title={t("progressTitle")} flush>
      <div className="flex flex-wrap justify-between gap-x-6 gap-y-1.5 px-4 py-3 text-sm text-muted-foreground">
        <p>{t("progressText", { active, completed, stopped })}</p>
        <p className="flex gap-4" aria-hidden="true">
          <span className="flex items-center gap-1.5">
            <span className="size-2 rounded-full bg-primary" />
            {t("waiting")}
          </span>
          <span className="flex items-center gap-1.5">
            <span className="size-2 rounded-full bg-success-solid" />
            {t("passed")}
          </span>
        </p>
      </div>
      <Table label={t("progressTitle")}>
        <TableHead>
          <tr>
            <TableHeader>{t("steps")}</TableHeader>
            <TableHeader numeric>{t("waiting")}</TableHeader>
            <TableHeader numeric>{t("passed")}</TableHeader>
            <TableHeader numeric hideBelow="sm">
              {t("left")}
            </TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {progress.steps.map((step, index) => (
            <TableRow key={step.key}>
              <TableCell className="min-w-40">
                <span className="grid gap-1.5 py-1.5">
                  <span className="font-medium">
                    {step.isFormer ? t("former") : `${index + 1}. ${titles.get(step.key) ?? ""}`}
                  </span>
                  {bar(step.waiting, "bg-primary")}
                  {bar(step.passed, "bg-success-solid")}
                </span>
              </TableCell>
              <TableCell numeric>{formatNumber(step.waiting, locale)}</TableCell>
              <TableCell numeric>{formatNumber(step.passed, locale)}</TableCell>
              <TableCell numeric hideBelow="sm">
                {formatNumber(step.stopped, locale)}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
