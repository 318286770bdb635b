import { useLocale, useTranslations } from "next-intl";
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
import { formatNumber } from "#lib/format.ts";
import { CampaignMenu } from "../campaigns/campaign-menu.tsx";
import { inputOf } from "../campaigns/input-of.ts";
import { OnSwitch } from "./on-switch.tsx";

/** What runs by itself, with its switch, its next run and what it did so far. */
export function AutomationTable({
  campaigns,
  workspaceId,
  base,
  maySwitch,
  sites,
  words,
}: {
  campaigns: CampaignRow[];
  workspaceId: string;
  base: string;
  maySwitch: boolean;
  /** By id. */
  sites: ReadonlyMap<string, { name: string; timezone: string }>;
  /** What starts each, by its id. */
  words: ReadonlyMap<string, string>;
}) {
  const t = useTranslations("automations");
  const tType = useTranslations("campaigns.types");
  const locale = useLocale();
  return (
    <Card flush>
      <Table label={t("title")}>
        <TableHead>
          <tr>
            <TableHeader>{t("on")}</TableHeader>
            <TableHeader grow>{t("name")}</TableHeader>
            <TableHeader hideBelow="md">{t("type")}</TableHeader>
            <TableHeader hideBelow="sm">{t("status")}</TableHeader>
            <TableHeader hideBelow="lg">{t("next")}</TableHeader>
            <TableHeader numeric hideBelow="lg">
              {t("sent")}
            </TableHeader>
            <TableHeader numeric hideBelow="xl">
              {t("clicked")}
            </TableHeader>
            <TableActionsHeader />
          </tr>
        </TableHead>
        <TableBody>
          {campaigns.map((campaign) => {
            const { id, name, type, status, trigger, siteId, nextRunAt, counts } = campaign;
            const how = words.get(id);
            const site = sites.get(siteId ?? "") ?? { name: "–", timezone: "UTC" };
            const next = nextRunAt && (
              <Time
                at={nextRunAt}
                look="both"
                timeZone={trigger.type === "recurring" ? trigger.timezone : site.timezone}
              />
            );
            return (
              <TableRow key={id}>
                <TableCell>
                  <span className="relative z-1 flex">
                    <OnSwitch
                      workspaceId={workspaceId}
                      id={id}
                      name={name}
                      status={status}
                      disabled={!maySwitch}
                      launch={
                        status === "draft" && maySwitch
                          ? {
                              name,
                              site,
                              at: null,
                              campaign: inputOf(campaign),
                            }
                          : undefined
                      }
                    />
                  </span>
                </TableCell>
                <TableCell grow>
                  <RowLink href={`${base}/campaigns/${id}`}>{name}</RowLink>
                  {how && (
                    <span className="block truncate text-sm text-muted-foreground" title={how}>
                      {how}
                    </span>
                  )}
                  {next && (
                    <span className="block text-sm whitespace-normal text-muted-foreground lg:hidden">
                      {t.rich("nextAt", { time: () => next })}
                    </span>
                  )}
                  {/* On and off say the rest. */}
                  {status !== "draft" && status !== "scheduled" && status !== "running" && (
                    <span className="mt-1 block sm:hidden">
                      <StatusBadge status={status} />
                    </span>
                  )}
                </TableCell>
                <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
                  {tType(`${type}.name`)}
                </TableCell>
                <TableCell hideBelow="sm">
                  <StatusBadge status={status} />
                </TableCell>
                <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                  {next || "–"}
                </TableCell>
                <TableCell numeric hideBelow="lg">
                  {formatNumber(counts.sent, locale)}
                </TableCell>
                <TableCell numeric hideBelow="xl">
                  {formatNumber(counts.clicked, locale)}
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
