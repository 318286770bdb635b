import { getLocale, getTranslations } from "next-intl/server";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { getExperiment } from "#lib/analytics/experiment.ts";
import type { ExperimentResult } from "#lib/analytics/experiment-schema.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatChange, formatMoney, formatNumber, formatPercent } from "#lib/format.ts";
import { campaignPage } from "../campaign-data.ts";
import { PickWinner } from "./pick-winner.tsx";

/** What the variants and the hold-out group did, with how sure that is. */
export default async function ExperimentPage({
  params,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/experiment">) {
  const { workspace, campaignId } = await params;
  const { ctx, campaign, site, progress } = await campaignPage(workspace, campaignId);
  const [result, t] = await Promise.all([getExperiment(ctx, campaign.id), getTranslations("experiment")]);
  const isOpen = result.decideAt !== null && result.winner === null && progress.status === "running";
  const { variants, holdout } = result;
  return (
    <div className="grid gap-5">
      <RefreshWhile active={progress.status === "running"} everyMs={5_000} />
      {variants.length === 0 && !holdout && <Callout title={t("none")}>{t("noneText")}</Callout>}
      {variants.length > 0 && (
        <Variants
          result={result}
          isOpen={isOpen}
          valuePerClick={site?.settings.valuePerClick ?? 0}
          currency={site?.settings.currency ?? "USD"}
          pick={
            isOpen && can(ctx, "campaigns:send")
              ? (variant, name) => (
                  <PickWinner workspaceId={ctx.workspaceId} campaignId={campaign.id} variant={variant} name={name} />
                )
              : undefined
          }
        />
      )}
      {holdout && <Holdout holdout={holdout} />}
    </div>
  );
}

async function Variants({
  result,
  isOpen,
  valuePerClick,
  currency,
  pick,
}: {
  result: ExperimentResult;
  isOpen: boolean;
  valuePerClick: number;
  currency: string;
  pick: ((variant: number, name: string) => React.ReactNode) | undefined;
}) {
  const [t, locale] = await Promise.all([getTranslations("experiment"), getLocale()]);
  const { variants, comparison, winner, rest, decideAt } = result;
  const number = (value: number) => formatNumber(value, locale);
  const nameOf = (variant: number) => variants[variant]?.name ?? "";
  const value = (clicks: number) => formatMoney(clicks * valuePerClick, currency, locale);
  return (
    <Card
      title={t("variants")}
      description={
        winner
          ? t.rich(winner.by === "person" ? "chosenByPerson" : "chosenByClicks", {
              name: nameOf(winner.variant),
              time: () => <Time at={winner.at} />,
            })
          : isOpen && decideAt
            ? t.rich("decidesAt", { time: () => <Time at={decideAt} look="both" /> })
            : undefined
      }
      flush
    >
      <Table label={t("variants")}>
        <TableHead>
          <TableRow>
            <TableHeader grow>{t("variant")}</TableHeader>
            <TableHeader numeric hideBelow="sm">
              {t("sent")}
            </TableHeader>
            <TableHeader numeric hideBelow="md">
              {t("shown")}
            </TableHeader>
            <TableHeader numeric hideBelow="sm">
              {t("clicked")}
            </TableHeader>
            <TableHeader numeric>{t("rate")}</TableHeader>
            {valuePerClick > 0 && (
              <TableHeader numeric hideBelow="lg">
                {t("value")}
              </TableHeader>
            )}
            {pick && <TableHeader className="w-px" aria-label={t("pick")} />}
          </TableRow>
        </TableHead>
        <TableBody>
          {variants.map(({ variant, name, weight, counts, clickRate }) => (
            <TableRow key={variant}>
              <TableCell grow>
                <span className="font-medium">{name}</span>{" "}
                <span className="text-muted-foreground">{t("weight", { weight })}</span>{" "}
                {winner?.variant === variant && <Badge tone="success">{t("winner")}</Badge>}
              </TableCell>
              <TableCell numeric hideBelow="sm">
                {number(counts.sent)}
              </TableCell>
              <TableCell numeric hideBelow="md">
                {number(counts.delivered)}
              </TableCell>
              <TableCell numeric hideBelow="sm">
                {number(counts.clicked)}
              </TableCell>
              <TableCell numeric>
                {formatPercent(clickRate.value, locale)}
                <span className="block text-xs text-muted-foreground">
                  {t("between", {
                    low: formatPercent(clickRate.low, locale),
                    high: formatPercent(clickRate.high, locale),
                  })}
                </span>
              </TableCell>
              {valuePerClick > 0 && (
                <TableCell numeric hideBelow="lg">
                  {value(counts.clicked)}
                </TableCell>
              )}
              {pick && <TableCell>{pick(variant, name)}</TableCell>}
            </TableRow>
          ))}
          {rest && (
            <TableRow>
              <TableCell grow>
                <span className="font-medium">{t("rest")}</span>{" "}
                <span className="text-muted-foreground">
                  {winner ? t("restGot", { name: nameOf(winner.variant) }) : t("restWaits", { count: rest.queued })}
                </span>
              </TableCell>
              <TableCell numeric hideBelow="sm">
                {number(rest.sent)}
              </TableCell>
              <TableCell numeric hideBelow="md">
                {number(rest.delivered)}
              </TableCell>
              <TableCell numeric hideBelow="sm">
                {number(rest.clicked)}
              </TableCell>
              <TableCell numeric>{rest.sent > 0 ? formatPercent(rest.clicked / rest.sent, locale) : "–"}</TableCell>
              {valuePerClick > 0 && (
                <TableCell numeric hideBelow="lg">
                  {value(rest.clicked)}
                </TableCell>
              )}
              {pick && <TableCell />}
            </TableRow>
          )}
        </TableBody>
      </Table>
      {comparison && (
        <div className="border-t border-border p-4">
          <Callout
            tone={comparison.verdict === "clear" ? "success" : "info"}
            title={t(`verdicts.${comparison.verdict}`)}
          >
            {t(`verdictText.${comparison.verdict}`, {
              name: nameOf(comparison.best),
              difference: formatChange(comparison.difference.value, locale, 2),
              low: formatChange(comparison.difference.low, locale, 2),
              high: formatChange(comparison.difference.high, locale, 2),
            })}
          </Callout>
        </div>
      )}
    </Card>
  );
}

async function Holdout({ holdout }: { holdout: NonNullable<ExperimentResult["holdout"]> }) {
  const [t, locale] = await Promise.all([getTranslations("experiment"), getLocale()]);
  const { comparison, messages, goalEvent, days, currency } = holdout;
  const number = (value: number) => formatNumber(value, locale, { maximumFractionDigits: 1 });
  return (
    <Card title={t("holdout")} description={t("holdoutText", { count: messages, days })}>
      {!comparison ? (
        <p className="text-muted-foreground">{t("noGoal")}</p>
      ) : (
        <div className="grid gap-4">
          <Table label={t("holdout")}>
            <TableHead>
              <TableRow>
                <TableHeader grow>{t("group")}</TableHeader>
                <TableHeader numeric hideBelow="sm">
                  {t("devices")}
                </TableHeader>
                <TableHeader numeric hideBelow="sm">
                  {t("conversions", { event: goalEvent ?? "" })}
                </TableHeader>
                <TableHeader numeric>{t("share")}</TableHeader>
                <TableHeader numeric hideBelow="md">
                  {t("value")}
                </TableHeader>
              </TableRow>
            </TableHead>
            <TableBody>
              {(["treated", "heldOut"] as const).map((name) => (
                <TableRow key={name}>
                  <TableCell grow className="font-medium">
                    {t(name)}
                  </TableCell>
                  <TableCell numeric hideBelow="sm">
                    {number(comparison[name].messages)}
                  </TableCell>
                  <TableCell numeric hideBelow="sm">
                    {number(comparison[name].conversions)}
                  </TableCell>
                  <TableCell numeric>
                    {formatPercent(comparison[name].rate.value, locale, 2)}
                    <span className="block text-xs text-muted-foreground">
                      {t("between", {
                        low: formatPercent(comparison[name].rate.low, locale),
                        high: formatPercent(comparison[name].rate.high, locale),
                      })}
                    </span>
                  </TableCell>
                  <TableCell numeric hideBelow="md">
                    {formatMoney(comparison[name].value, currency, locale)}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
          <Callout
            tone={comparison.verdict === "clear" ? "success" : "info"}
            title={t(`liftVerdicts.${comparison.verdict}`)}
          >
            {t(`liftText.${comparison.verdict}`, {
              difference: formatChange(comparison.difference.value, locale, 2),
              low: formatChange(comparison.difference.low, locale, 2),
              high: formatChange(comparison.difference.high, locale, 2),
              extra: number(comparison.extraConversions),
              money: formatMoney(comparison.extraValue, currency, locale),
            })}
          </Callout>
        </div>
      )}
    </Card>
  );
}
