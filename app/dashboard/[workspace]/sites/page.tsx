import { Globe, Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages } from "#components/frame/page-links.ts";
import { SampleNotification } from "#components/notification-preview/sample-notification.tsx";
import { Avatar } from "#components/ui/avatar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatNumber } from "#lib/format.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { PageQuery } from "#lib/schema.ts";
import type { Site } from "#lib/sites/schema.ts";
import { listSites } from "#lib/sites/sites.ts";
import { InstallationMark } from "./installation.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sites"))("title") };
}

/** The sites of the workspace with how each stands. */
export default async function SitesPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/sites">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("sites")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "sites:read")) return <NoPermission />;
  const path = `/dashboard/${workspace}/sites`;
  const cursor = cursorIn(query);
  const page = await listSites(ctx, PageQuery.parse({ pageSize: 25, ...(cursor && { cursor }) }));
  const add = can(ctx, "sites:write") && (
    <Button variant="primary" asChild>
      <Link href={`${path}/new`}>
        <Plus aria-hidden="true" />
        {t("new")}
      </Link>
    </Button>
  );
  if (page.data.length === 0 && !cursor) {
    return (
      <>
        <PageHeader title={t("title")} description={t("description")} />
        {add ? (
          <EmptyState
            title={t("empty.title")}
            action={add}
            picture={<SampleNotification title={t("empty.sampleTitle")} message={t("empty.sampleMessage")} />}
          >
            {t("empty.text")}
          </EmptyState>
        ) : (
          <EmptyState icon={<Globe />} title={t("empty.member")}>
            {t("empty.memberText")}
          </EmptyState>
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} action={add} />
      <SiteTable sites={page.data} path={path} />
      <div className="mt-3">
        <Pagination
          {...keyPages(path, query, {}, page.nextCursor)}
          summary={page.total !== undefined && t("list.summary", { total: page.total })}
        />
      </div>
    </>
  );
}

async function SiteTable({ sites, path }: { sites: Site[]; path: string }) {
  const [t, locale] = await Promise.all([getTranslations("sites.list"), getLocale()]);
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader grow>{t("name")}</TableHeader>
            <TableHeader hideBelow="sm">{t("status")}</TableHeader>
            <TableHeader hideBelow="md">{t("check")}</TableHeader>
            <TableHeader numeric>{t("subscribers")}</TableHeader>
            <TableHeader hideBelow="lg">{t("seen")}</TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {sites.map((site) => (
            <TableRow key={site.id}>
              <TableCell grow>
                <div className="flex items-center gap-2.5 py-1">
                  <Avatar name={site.name} src={site.settings.iconUrl} shape="square" />
                  <div className="min-w-0">
                    <RowLink href={`${path}/${site.id}`} className="block truncate">
                      {site.name}
                    </RowLink>
                    <span className="block truncate text-muted-foreground" dir="ltr">
                      {new URL(site.url).host}
                    </span>
                  </div>
                </div>
              </TableCell>
              <TableCell hideBelow="sm">
                <StatusBadge status={site.status} />
              </TableCell>
              <TableCell hideBelow="md">
                <InstallationMark site={site} />
              </TableCell>
              <TableCell numeric>{formatNumber(site.subscriberCount, locale)}</TableCell>
              <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                <span className="relative z-1">{site.checkedInAt ? <Time at={site.checkedInAt} /> : t("never")}</span>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
