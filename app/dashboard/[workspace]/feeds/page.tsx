import { Plus, Rss } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { one } from "#components/frame/page-links.ts";
import { SearchedList } from "#components/frame/searched-list.tsx";
import { SampleNotification } from "#components/notification-preview/sample-notification.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
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
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listFeeds } from "#lib/feeds/feeds.ts";
import { type Feed, FeedFilter } from "#lib/feeds/schema.ts";
import { listQuery } from "#lib/http/list-query.ts";
import { listSites } from "#lib/sites/sites.ts";
import { FeedDialog } from "./feed-dialog.tsx";
import { FeedMenu } from "./feed-menu.tsx";
import { FeedState } from "./feed-state.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("feeds"))("title") };
}

/** The workspace's feeds with how each stands. */
export default async function FeedsPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/feeds">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("feeds")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const path = `${base}/feeds`;
  const [page, sites] = await Promise.all([
    listFeeds(ctx, FeedFilter.parse(listQuery(query))),
    listSites(ctx, { page: 1, pageSize: 100 }),
  ]);
  const mayWrite = can(ctx, "campaigns:write");
  const options = sites.data.map(({ id, name }) => ({ id, name }));
  const add = mayWrite && options.length > 0 && (
    <FeedDialog
      workspaceId={ctx.workspaceId}
      sites={options}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden="true" />
          {t("new")}
        </Button>
      }
    />
  );
  const noSite = (
    <EmptyState
      icon={<Rss />}
      title={t("empty.noSite")}
      action={
        can(ctx, "sites:write") && (
          <Button variant="primary" asChild>
            <Link href={`${base}/sites/new`}>{t("empty.addSite")}</Link>
          </Button>
        )
      }
    >
      {t("empty.noSiteText")}
    </EmptyState>
  );
  const noFeed = (
    <EmptyState
      title={t("empty.title")}
      action={add}
      picture={<SampleNotification title={t("empty.sampleTitle")} message={t("empty.sampleMessage")} />}
    >
      {t("empty.text")}
    </EmptyState>
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        action={(page.data.length > 0 || one(query, "q")) && add}
      />
      <SearchedList
        path={path}
        query={query}
        page={page}
        searchLabel={t("search")}
        summary={({ total }) => t("summary", { total })}
        empty={options.length === 0 ? noSite : noFeed}
      >
        <Card flush>
          <FeedTable feeds={page.data} workspaceId={ctx.workspaceId} base={base} mayWrite={mayWrite} />
        </Card>
      </SearchedList>
    </>
  );
}

async function FeedTable({
  feeds,
  workspaceId,
  base,
  mayWrite,
}: {
  feeds: Feed[];
  workspaceId: string;
  base: string;
  mayWrite: boolean;
}) {
  const t = await getTranslations("feeds");
  return (
    <Table label={t("list")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("columns.name")}</TableHeader>
          <TableHeader>{t("columns.status")}</TableHeader>
          <TableHeader hideBelow="md">{t("columns.checked")}</TableHeader>
          <TableHeader hideBelow="lg">{t("columns.next")}</TableHeader>
          {mayWrite && <TableActionsHeader />}
        </tr>
      </TableHead>
      <TableBody>
        {feeds.map((feed) => (
          <TableRow key={feed.id}>
            <TableCell grow>
              <RowLink href={`${base}/feeds/${feed.id}`} className="block truncate">
                {feed.name}
              </RowLink>
              <span className="block truncate text-muted-foreground" dir="ltr">
                {feed.lastError ?? feed.url}
              </span>
            </TableCell>
            <TableCell>
              <FeedState feed={feed} />
            </TableCell>
            <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
              <span className="relative z-1">{feed.lastFetchedAt ? <Time at={feed.lastFetchedAt} /> : t("never")}</span>
            </TableCell>
            <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
              <span className="relative z-1">{feed.isActive ? <NextCheck at={feed.nextFetchAt} /> : "–"}</span>
            </TableCell>
            {mayWrite && (
              <TableActions>
                <FeedMenu workspaceId={workspaceId} base={base} feed={pick(feed)} />
              </TableActions>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

async function NextCheck({ at }: { at: Date }) {
  const t = await getTranslations("feeds");
  return at.getTime() <= Date.now() ? t("soon") : <Time at={at} />;
}

/** What crosses to the browser. */
function pick({ id, name, url, pollMinutes, maxItemsPerHour, isActive }: Feed) {
  return { id, name, url, pollMinutes, maxItemsPerHour, isActive };
}
