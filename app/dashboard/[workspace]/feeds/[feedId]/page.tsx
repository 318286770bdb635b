import { Megaphone } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card, Facts } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { getFeed, listFeedCampaigns, listFeedItems } from "#lib/feeds/feeds.ts";
import type { FeedItem } from "#lib/feeds/schema.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { PageQuery } from "#lib/schema.ts";
import { getSite } from "#lib/sites/sites.ts";
import { FeedMenu } from "../feed-menu.tsx";
import { FeedState } from "../feed-state.tsx";
import { intervalLabel } from "../interval-label.ts";

export async function generateMetadata({
  params,
}: PageProps<"/dashboard/[workspace]/feeds/[feedId]">): Promise<Metadata> {
  const { workspace, feedId } = await params;
  return { title: (await orNotFound(getFeed(await pageContext(workspace), feedId))).name };
}

/** One feed: how it stands, and what it has shown us. */
export default async function FeedPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/feeds/[feedId]">) {
  const [{ workspace, feedId }, query, t] = await Promise.all([params, searchParams, getTranslations("feeds")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;
  const feed = await orNotFound(getFeed(ctx, feedId));
  const cursor = cursorIn(query);
  const [items, site, campaigns] = await Promise.all([
    listFeedItems(ctx, feed.id, PageQuery.parse(cursor ? { cursor } : {})),
    getSite(ctx, feed.siteId),
    listFeedCampaigns(ctx, feed.id),
  ]);
  const base = `/dashboard/${workspace}`;
  const { id, name, url, pollMinutes, maxItemsPerHour, isActive, failures, lastError } = feed;
  return (
    <>
      <PageHeader
        title={name}
        badge={<FeedState feed={feed} />}
        crumbs={[{ label: name }]}
        action={
          can(ctx, "campaigns:write") && (
            <>
              <Button asChild>
                <Link href={`${base}/campaigns/new?type=rss&feed=${id}`}>
                  <Megaphone aria-hidden="true" />
                  {t("actions.campaign")}
                </Link>
              </Button>
              <FeedMenu
                workspaceId={ctx.workspaceId}
                base={base}
                feed={{ id, name, url, pollMinutes, maxItemsPerHour, isActive }}
                isOpenAlready
              />
            </>
          )
        }
      />
      <div className="mb-5 grid gap-3 empty:hidden">
        {isActive && failures > 0 && (
          <Callout tone="danger" title={t("detail.failing", { failures })}>
            {t.rich("detail.failingText", {
              reason: lastError ?? "",
              time: () => <Time at={feed.nextFetchAt} />,
            })}
          </Callout>
        )}
        {!isActive && (
          <Callout tone="warning" title={t("detail.off")}>
            {t("detail.offText")}
          </Callout>
        )}
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <Card title={t("detail.items")} flush>
            {items.data.length === 0 ? (
              <EmptyState title={t("detail.noItems")}>{t("detail.noItemsText", { minutes: pollMinutes })}</EmptyState>
            ) : (
              <ItemTable items={items.data} />
            )}
          </Card>
          <div className="mt-3">
            <Pagination {...keyPages(`${base}/feeds/${id}`, query, {}, items.nextCursor)} />
          </div>
        </div>
        <div className="grid min-w-0 gap-5">
          <Card title={t("detail.facts")}>
            <Facts
              facts={[
                {
                  label: t("detail.address"),
                  value: (
                    <a href={url} target="_blank" rel="noreferrer" dir="ltr" className="underline">
                      {url}
                    </a>
                  ),
                },
                { label: t("detail.site"), value: <Link href={`${base}/sites/${site.id}`}>{site.name}</Link> },
                { label: t("detail.every"), value: intervalLabel(t, pollMinutes) },
                { label: t("detail.limit"), value: maxItemsPerHour },
                {
                  label: t("detail.checked"),
                  value: feed.lastFetchedAt ? <Time at={feed.lastFetchedAt} /> : t("never"),
                },
                ...(isActive
                  ? [
                      {
                        label: t("detail.next"),
                        value: feed.nextFetchAt.getTime() <= Date.now() ? t("soon") : <Time at={feed.nextFetchAt} />,
                      },
                    ]
                  : []),
                ...(feed.readSince ? [{ label: t("detail.since"), value: <Time at={feed.readSince} /> }] : []),
              ]}
            />
          </Card>
          <Card title={t("detail.campaigns")}>
            {campaigns.length === 0 ? (
              <p className="text-muted-foreground">{t("detail.noCampaigns")}</p>
            ) : (
              <ul className="grid gap-1.5">
                {campaigns.map((campaign) => (
                  <li key={campaign.id}>
                    <Link href={`${base}/campaigns/${campaign.id}`} className="rounded-sm hover:underline">
                      {campaign.name}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
      <RefreshWhile active={isActive && !cursor} everyMs={10_000} />
    </>
  );
}

async function ItemTable({ items }: { items: FeedItem[] }) {
  const t = await getTranslations("feeds.detail");
  return (
    <Table label={t("items")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("item")}</TableHeader>
          <TableHeader hideBelow="md">{t("published")}</TableHeader>
          <TableHeader hideBelow="sm">{t("found")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {items.map((item) => (
          <TableRow key={item.id}>
            <TableCell grow>
              <div className="flex items-center gap-2">
                {item.url ? (
                  <a
                    href={item.url}
                    target="_blank"
                    rel="noreferrer"
                    className="truncate rounded-sm font-medium hover:underline"
                  >
                    {item.title}
                  </a>
                ) : (
                  <span className="truncate font-medium">{item.title}</span>
                )}
                {item.isOld && (
                  <span title={t("oldHint")}>
                    <Badge>{t("old")}</Badge>
                  </span>
                )}
              </div>
              {item.description && <span className="block truncate text-muted-foreground">{item.description}</span>}
            </TableCell>
            <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
              {item.publishedAt ? <Time at={item.publishedAt} /> : "–"}
            </TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              <Time at={item.createdAt} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
