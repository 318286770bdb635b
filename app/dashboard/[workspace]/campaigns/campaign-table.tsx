import { useLocale, useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import {
  RowLink,
  Table,
  TableActions,
  TableActionsHeader,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CampaignRow } from "#lib/campaigns/schema.ts";
import { formatNumber, formatPercent } from "#lib/format.ts";
import { CampaignMenu } from "./campaign-menu.tsx";

const figures = ["recipients", "sent", "delivered", "clicked"] as const;

/** The campaigns with what became of each. `siteNames` only where there is more than one site. */
export function CampaignTable({
  campaigns,
  workspaceId,
  base,
  siteNames,
}: {
  campaigns: CampaignRow[];
  workspaceId: string;
  base: string;
  siteNames: Map<string, string> | undefined;
}) {
  const t = useTranslations("campaigns.list");
  const tType = useTranslations("campaigns.types");
  const locale = useLocale();
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader grow>{t("name")}</TableHeader>
            <TableHeader>{t("status")}</TableHeader>
            <TableHeader numeric hideBelow="xl">
              {t("recipients")}
            </TableHeader>
            <TableHeader numeric hideBelow="sm">
              {t("sent")}
            </TableHeader>
            <TableHeader numeric hideBelow="md">
              {t("shown")}
            </TableHeader>
            <TableHeader numeric hideBelow="md">
              {t("clicked")}
            </TableHeader>
            <TableHeader numeric hideBelow="lg">
              {t("clickRate")}
            </TableHeader>
            <TableHeader hideBelow="lg">{t("when")}</TableHeader>
            <TableActionsHeader />
          </tr>
        </TableHead>
        <TableBody>
          {campaigns.map((campaign) => {
            const { counts } = campaign;
            const hasRun = counts.recipients > 0;
            return (
              <TableRow key={campaign.id}>
                <TableCell grow>
                  <RowLink href={`${base}/campaigns/${campaign.id}`}>{campaign.name}</RowLink>
                  {campaign.type !== "one_time" && <Badge className="ms-2">{tType(`${campaign.type}.name`)}</Badge>}
                  {siteNames && campaign.siteId && (
                    <span className="ms-2 text-muted-foreground">{siteNames.get(campaign.siteId)}</span>
                  )}
                </TableCell>
                <TableCell>
                  <StatusBadge status={campaign.status} />
                </TableCell>
                {figures.map((name, index) => (
                  <TableCell
                    key={name}
                    numeric
                    hideBelow={(["xl", "sm", "md", "md"] as const)[index] ?? "md"}
                    className={hasRun ? "" : "text-subtle-foreground"}
                  >
                    {hasRun ? formatNumber(counts[name], locale) : "–"}
                  </TableCell>
                ))}
                <TableCell numeric hideBelow="lg" className={counts.sent > 0 ? "" : "text-subtle-foreground"}>
                  {counts.sent > 0 ? formatPercent(counts.clicked / counts.sent, locale) : "–"}
                </TableCell>
                <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                  <span className="relative z-1">
                    <When campaign={campaign} />
                  </span>
                </TableCell>
                <TableActions>
                  <CampaignMenu workspaceId={workspaceId} base={base} campaign={campaign} />
                </TableActions>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}

/** The instant that matters most in its state. */
function When({ campaign }: { campaign: CampaignRow }) {
  const t = useTranslations("campaigns.list");
  const { status, nextRunAt, startedAt, finishedAt, updatedAt } = campaign;
  const say = (key: "starts" | "next" | "finished" | "started" | "edited", at: Date) =>
    t.rich(key, { time: () => <Time at={at} /> });
  if (status === "scheduled" && nextRunAt) return say("starts", nextRunAt);
  if (status === "running" && nextRunAt) return say("next", nextRunAt);
  if (finishedAt) return say("finished", finishedAt);
  if (startedAt) return say("started", startedAt);
  return say("edited", updatedAt);
}
