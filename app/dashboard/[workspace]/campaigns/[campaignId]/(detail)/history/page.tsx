import { History } from "lucide-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { can } from "#lib/auth/permissions.ts";
import { FiringFilter } from "#lib/campaigns/drip-schema.ts";
import { getFiring, listFirings } from "#lib/drips/firings.ts";
import { namedProperties, sampleProperties } from "#lib/drips/test-fire.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { campaignPage } from "../campaign-data.ts";
import { FiringView } from "./firing-view.tsx";
import { OutcomeBadge, SeverityBadge } from "./outcome-badge.tsx";
import { PropertyList } from "./property-list.tsx";
import { TestFireDialog } from "./test-fire-dialog.tsx";

const pageSize = 50;

/** What events did to a triggered campaign; `?firing=` shows one with whom it told. */
export default async function CampaignHistoryPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/history">) {
  const [{ workspace, campaignId }, query] = await Promise.all([params, searchParams]);
  const { ctx, campaign, base } = await campaignPage(workspace, campaignId);
  const t = await getTranslations("campaigns.drip");
  const path = `${base}/campaigns/${campaign.id}/history`;
  const firingId = one(query, "firing");
  if (firingId) {
    const firing = await orNotFound(getFiring(ctx, campaign.id, firingId));
    return <FiringView firing={firing} path={path} base={base} />;
  }
  const cursor = cursorIn(query);
  const page = await listFirings(ctx, campaign.id, FiringFilter.parse({ pageSize, ...(cursor && { cursor }) }));
  const { trigger } = campaign;
  const test = trigger.type === "triggered" && campaign.siteId && can(ctx, "campaigns:send") && (
    <TestFireDialog
      workspaceId={ctx.workspaceId}
      campaignId={campaign.id}
      siteId={campaign.siteId}
      sample={await sampleProperties(ctx, campaign.id)}
      names={namedProperties(trigger, campaign.steps[0]?.content)}
    />
  );
  if (page.data.length === 0)
    return (
      <Card>
        <EmptyState icon={<History />} title={t("historyEmpty")} action={test}>
          {t("historyEmptyText", { event: trigger.type === "triggered" ? trigger.event : "–" })}
        </EmptyState>
        <RefreshWhile active={campaign.status === "running"} everyMs={5_000} />
      </Card>
    );
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted-foreground">{t("historyText")}</p>
        {test}
      </div>
      <Card title={t("historyTitle")} flush>
        <Table label={t("historyTitle")}>
          <TableHead>
            <tr>
              <TableHeader>{t("columns.at")}</TableHeader>
              <TableHeader>{t("columns.outcome")}</TableHeader>
              <TableHeader hideBelow="md">{t("columns.subject")}</TableHeader>
              <TableHeader hideBelow="lg">{t("columns.properties")}</TableHeader>
              <TableHeader numeric>{t("columns.told")}</TableHeader>
              <TableHeader numeric hideBelow="sm">
                {t("columns.acted")}
              </TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {page.data.map((firing) => (
              <TableRow key={firing.id}>
                <TableCell className="whitespace-nowrap">
                  <Link href={`${path}?firing=${firing.id}`} className="font-medium hover:underline">
                    <Time at={firing.at} />
                  </Link>
                  <span className="block max-w-28 truncate text-sm text-muted-foreground md:hidden">
                    {firing.subscriber.name ?? firing.subscriber.externalId ?? t("unknown")}
                  </span>
                </TableCell>
                <TableCell>
                  <span className="flex flex-wrap gap-1.5">
                    <OutcomeBadge outcome={firing.outcome} />
                    {/* What did not happen is not severe. */}
                    {firing.outcome !== "condition" && firing.outcome !== "too_old" && (
                      <SeverityBadge severity={firing.severity} />
                    )}
                    {firing.isTest && <Badge tone="info">{t("test")}</Badge>}
                  </span>
                </TableCell>
                <TableCell hideBelow="md">
                  <Link href={`${base}/subscribers/${firing.subscriber.id}`} className="hover:underline">
                    {firing.subscriber.name ?? firing.subscriber.externalId ?? t("unknown")}
                  </Link>
                </TableCell>
                <TableCell hideBelow="lg">
                  <PropertyList properties={firing.properties} />
                </TableCell>
                <TableCell numeric>{firing.told}</TableCell>
                <TableCell numeric hideBelow="sm">
                  {firing.acted}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Card>
      <Pagination {...keyPages(path, query, {}, page.nextCursor)} />
      <RefreshWhile active={campaign.status === "running"} everyMs={10_000} />
    </div>
  );
}
