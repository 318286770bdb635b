import { Pencil, UsersRound } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { Chart } from "#components/charts/chart.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatStrip } from "#components/ui/stat.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { segmentHistory } from "#lib/analytics/segment-history.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatNumber } from "#lib/format.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { getSegment } from "#lib/segments/segments.ts";
import { listSites } from "#lib/sites/sites.ts";
import { sentenceOf } from "../builder/sentence.ts";
import { namesIn } from "../rule-names.ts";
import { SegmentMenu } from "../segment-menu.tsx";
import { RecountButton } from "./recount-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("segments"))("title") };
}

/** A segment: who is in it, how it grew, how campaigns to it went. */
export default async function SegmentPage({ params }: PageProps<"/dashboard/[workspace]/segments/[segmentId]">) {
  const [{ workspace, segmentId }, t, locale] = await Promise.all([params, getTranslations("segments"), getLocale()]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "segments:read")) return <NoPermission />;
  const segment = await orNotFound(getSegment(ctx, segmentId));
  const [history, names, sites] = await Promise.all([
    segmentHistory(ctx, segmentId),
    namesIn(ctx, [segment.rules]),
    segment.siteId ? listSites(ctx, { page: 1, pageSize: 100 }) : undefined,
  ]);
  const siteName = sites?.data.find(({ id }) => id === segment.siteId)?.name ?? t("detail.siteGone");
  const base = `/dashboard/${workspace}`;
  const mayWrite = can(ctx, "segments:write");
  const number = (value: number) => formatNumber(value, locale);
  return (
    <>
      <PageHeader
        title={segment.name}
        description={segment.description}
        crumbs={[{ label: segment.name }]}
        action={
          <>
            {can(ctx, "subscribers:read") && (
              <Button asChild>
                <Link href={`${base}/subscribers?segment=${segmentId}`}>
                  <UsersRound aria-hidden="true" />
                  {t("detail.show")}
                </Link>
              </Button>
            )}
            <RecountButton workspaceId={ctx.workspaceId} id={segmentId} />
            {mayWrite && (
              <>
                <Button variant="primary" asChild>
                  <Link href={`${base}/segments/${segmentId}/edit`}>
                    <Pencil aria-hidden="true" />
                    {t("edit")}
                  </Link>
                </Button>
                <SegmentMenu workspaceId={ctx.workspaceId} base={base} segment={segment} />
              </>
            )}
          </>
        }
      />
      <div className="grid gap-6">
        <StatStrip>
          <Stat
            label={t("detail.people")}
            value={segment.estimatedCount === null ? "–" : number(segment.estimatedCount)}
            hint={segment.estimatedAt ? <Time at={segment.estimatedAt} /> : t("notCounted")}
          />
          <Stat label={t("detail.campaigns")} value={number(history.campaigns.length)} />
        </StatStrip>
        <Card title={t("detail.rules")}>
          <p className="text-pretty">{sentenceOf(segment.rules, t, names)}</p>
          {segment.siteId && <p className="mt-1 text-muted-foreground">{t("detail.onlySite", { site: siteName })}</p>}
        </Card>
        <Chart
          question={t("detail.growth")}
          kind="line"
          axis={{ kind: "time", step: "day", timeZone: "UTC", label: t("detail.day") }}
          unit={{ kind: "count", label: t("detail.series") }}
          emptyText={t("detail.growthEmpty")}
          points={history.days.map(({ date, count }) => ({ x: `${date}T00:00:00Z`, values: { count } }))}
          series={[{ key: "count", label: t("detail.series") }]}
        />
        <Card title={t("detail.performance")} description={t("detail.performanceText")} flush>
          {history.campaigns.length === 0 ? (
            <p className="p-4 text-muted-foreground">{t("detail.noCampaigns")}</p>
          ) : (
            <Table label={t("detail.performance")}>
              <TableHead>
                <tr>
                  <TableHeader grow>{t("detail.campaign")}</TableHeader>
                  <TableHeader hideBelow="sm">{t("detail.status")}</TableHeader>
                  <TableHeader numeric>{t("detail.recipients")}</TableHeader>
                  <TableHeader numeric>{t("detail.shown")}</TableHeader>
                  <TableHeader numeric>{t("detail.clicked")}</TableHeader>
                </tr>
              </TableHead>
              <TableBody>
                {history.campaigns.map(({ id, name, status, counts }) => (
                  <TableRow key={id}>
                    <TableCell grow className="max-w-56 truncate">
                      <Link href={`${base}/campaigns/${id}`} className="rounded-sm font-medium hover:underline">
                        {name}
                      </Link>
                    </TableCell>
                    <TableCell hideBelow="sm">
                      <StatusBadge status={status} />
                    </TableCell>
                    <TableCell numeric>{number(counts.recipients)}</TableCell>
                    <TableCell numeric>{number(counts.delivered)}</TableCell>
                    <TableCell numeric>{number(counts.clicked)}</TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          )}
        </Card>
      </div>
    </>
  );
}
