import { useLocale, useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatStrip } from "#components/ui/stat.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import type { Funnel, Health } from "#lib/analytics/health-schema.ts";
import { formatNumber, formatPercent } from "#lib/format.ts";

const steps = ["granted", "subscribed", "accepted", "shown", "clicked"] as const;

/** From permission to click: in all, by browser, and by key where there are several. */
export function FunnelTables({ health }: { health: Health }) {
  const t = useTranslations("deliverability");
  const locale = useLocale();
  const { funnel, browsers, keys } = health;
  const share = (now: number, before: number) =>
    before > 0 && now <= before ? formatPercent(now / before, locale) : undefined;
  const hint = {
    granted: undefined,
    subscribed: undefined,
    accepted: undefined,
    shown: share(funnel.shown, funnel.accepted),
    clicked: share(funnel.clicked, funnel.shown),
  };
  return (
    <section aria-labelledby="funnel" className="grid gap-3">
      <div>
        <h2 id="funnel" className="text-base font-semibold">
          {t("funnel")}
        </h2>
        <p className="text-sm text-pretty text-muted-foreground">{t("funnelText")}</p>
      </div>
      <StatStrip className="sm:grid-cols-5 max-sm:[&>:last-child:nth-child(odd)]:col-span-2">
        {steps.map((step) => (
          <Stat
            key={step}
            label={t(`columns.${step}`)}
            value={formatNumber(funnel[step], locale)}
            {...(hint[step] && { hint: hint[step] })}
          />
        ))}
      </StatStrip>
      <FunnelTable
        title={t("byBrowser")}
        first={t("columns.browser")}
        rows={browsers.map((row) => ({ name: row.browser ?? t("unknownBrowser"), funnel: row }))}
      />
      {keys.length > 1 && (
        <FunnelTable
          title={t("byKey")}
          first={t("columns.key")}
          rows={keys.map((row) => ({
            name: `${row.publicKey.slice(0, 12)}…${row.isCurrent ? ` (${t("currentKey")})` : ""}`,
            funnel: row,
          }))}
        />
      )}
    </section>
  );
}

function FunnelTable({
  title,
  first,
  rows,
}: {
  title: string;
  first: string;
  rows: { name: string; funnel: Funnel }[];
}) {
  const t = useTranslations("deliverability");
  const locale = useLocale();
  return (
    <Card title={title} flush={rows.length > 0}>
      {rows.length === 0 ? (
        <p className="text-muted-foreground">{t("funnelEmpty")}</p>
      ) : (
        <Table label={title}>
          <TableHead>
            <tr>
              <TableHeader grow>{first}</TableHeader>
              {steps.map((step) => (
                <TableHeader key={step} numeric {...(step === "granted" && { hideBelow: "sm" as const })}>
                  {t(`columns.${step}`)}
                </TableHeader>
              ))}
            </tr>
          </TableHead>
          <TableBody>
            {rows.map(({ name, funnel }) => (
              <TableRow key={name}>
                <TableCell grow>{name}</TableCell>
                {steps.map((step) => (
                  <TableCell key={step} numeric {...(step === "granted" && { hideBelow: "sm" as const })}>
                    {formatNumber(funnel[step], locale)}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}
