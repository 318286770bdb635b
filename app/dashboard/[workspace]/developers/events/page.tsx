import { Radio } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listEventNames, listEvents } from "#lib/drips/events.ts";
import { EventFilter } from "#lib/drips/schema.ts";
import { env } from "#lib/env.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { OutcomeBadge } from "../../campaigns/[campaignId]/(detail)/history/outcome-badge.tsx";
import { PropertyList } from "../../campaigns/[campaignId]/(detail)/history/property-list.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("developers.events"))("title") };
}

/** The workspace's own events as they came, and what each fired: where one looks when an alarm did not come. */
export default async function EventsPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/developers/events">) {
  const [{ workspace }, query] = await Promise.all([params, searchParams]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "events:read")) return <NoPermission />;
  const t = await getTranslations("developers.events");
  const tDrip = await getTranslations("campaigns.drip");
  const base = `/dashboard/${workspace}`;
  const here = `${base}/developers/events`;
  const [name, cursor] = [one(query, "name"), cursorIn(query)];
  const filter = EventFilter.safeParse({ pageSize: 50, ...(name && { name }), ...(cursor && { cursor }) });
  const [page, names] = await Promise.all([
    listEvents(ctx, filter.data ?? EventFilter.parse({ pageSize: 50 })),
    listEventNames(ctx),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} crumbs={[{ label: t("title") }]} />
      <div className="grid gap-5">
        {names.data.length > 0 && (
          <nav aria-label={t("names")} className="flex flex-wrap gap-1.5">
            <Button asChild size="sm" variant={name ? "ghost" : "secondary"}>
              <Link href={here} aria-current={name ? undefined : "page"}>
                {t("all")}
              </Link>
            </Button>
            {names.data.map((each) => (
              <Button key={each.name} asChild size="sm" variant={each.name === name ? "secondary" : "ghost"}>
                <Link
                  href={`${here}?name=${encodeURIComponent(each.name)}`}
                  aria-current={each.name === name ? "page" : undefined}
                >
                  <code dir="ltr">{each.name}</code>
                </Link>
              </Button>
            ))}
          </nav>
        )}
        {page.data.length === 0 ? (
          <Card>
            <EmptyState icon={<Radio />} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          </Card>
        ) : (
          <Card title={t("listTitle")} flush>
            <Table label={t("listTitle")}>
              <TableHead>
                <tr>
                  <TableHeader>{t("columns.at")}</TableHeader>
                  <TableHeader>{t("columns.name")}</TableHeader>
                  <TableHeader hideBelow="md">{t("columns.subscriber")}</TableHeader>
                  <TableHeader hideBelow="lg">{t("columns.properties")}</TableHeader>
                  <TableHeader>{t("columns.outcome")}</TableHeader>
                </tr>
              </TableHead>
              <TableBody>
                {page.data.map((event) => (
                  <TableRow key={event.id}>
                    <TableCell className="whitespace-nowrap">
                      <Time at={event.at} />
                    </TableCell>
                    <TableCell>
                      <code dir="ltr" className="text-sm">
                        {event.name}
                      </code>
                    </TableCell>
                    <TableCell hideBelow="md">
                      <Link href={`${base}/subscribers/${event.subscriber.id}`} className="hover:underline">
                        {event.subscriber.name ?? event.subscriber.externalId ?? tDrip("unknown")}
                      </Link>
                    </TableCell>
                    <TableCell hideBelow="lg">
                      <PropertyList properties={event.properties} />
                    </TableCell>
                    <TableCell>
                      <span className="grid gap-1">
                        {event.isWaiting && <Badge tone="info">{t("waiting")}</Badge>}
                        {event.firings.map((firing) => (
                          <Link
                            key={firing.campaignId}
                            href={`${base}/campaigns/${firing.campaignId}/history`}
                            className="flex flex-wrap items-center gap-1.5 hover:underline"
                          >
                            <OutcomeBadge outcome={firing.outcome} />
                            <span className="truncate text-sm">{firing.campaignName}</span>
                          </Link>
                        ))}
                        {!event.isWaiting && event.firings.length === 0 && (
                          <span className="text-sm text-muted-foreground">{t("nobody")}</span>
                        )}
                      </span>
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </Card>
        )}
        <Pagination {...keyPages(here, query, { name }, page.nextCursor)} />
        <Card title={t("sendTitle")}>
          <p className="mb-3 text-sm text-muted-foreground">{t("sendText")}</p>
          <CodeBlock
            label={t("sendTitle")}
            code={`curl -X POST ${env().APP_URL}/api/v1/events \\
  -H "Authorization: Bearer ${t("yourKey")}" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "order", "externalId": "customer-1", "properties": {"total": 12}}'`}
          />
        </Card>
      </div>
      <RefreshWhile active={cursor === undefined} everyMs={5_000} />
    </>
  );
}
