import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card, Facts } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Time } from "#components/ui/time.tsx";
import { listSubscriberMessages } from "#lib/analytics/performance.ts";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { campaignNames } from "#lib/campaigns/campaigns.ts";
import { MessageFilter } from "#lib/campaigns/schema.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import type { Site } from "#lib/sites/schema.ts";
import { listSites } from "#lib/sites/sites.ts";
import { readablePhone } from "#lib/subscribers/phone.ts";
import { type Subscriber, TimelineQuery } from "#lib/subscribers/schema.ts";
import { getSubscriber } from "#lib/subscribers/subscribers.ts";
import { subscriberTimeline } from "#lib/subscribers/timeline.ts";
import { SubscriberMenu } from "../subscriber-menu.tsx";
import { shortId } from "../subscriber-name.ts";
import { AttributesEditor } from "./attributes-editor.tsx";
import { CategoriesEditor } from "./categories-editor.tsx";
import { Devices } from "./devices.tsx";
import { IdentityEditor } from "./identity-editor.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import { MessageHistory } from "./message-history.tsx";
import { QuietHoursEditor } from "./quiet-hours-editor.tsx";
import { ReachSwitch } from "./reach-switch.tsx";
import { TagsEditor } from "./tags-editor.tsx";
import { TimelineCard } from "./timeline.tsx";

export async function generateMetadata({
  params,
}: PageProps<"/dashboard/[workspace]/subscribers/[subscriberId]">): Promise<Metadata> {
  const { workspace, subscriberId } = await params;
  const ctx = await pageContext(workspace);
  const { name } = await orNotFound(getSubscriber(ctx, subscriberId));
  return { title: name ?? (await getTranslations("subscribers"))("anonymous") };
}

/** One person: who, on which devices, with which tags, and what was sent to them with what outcome. */
export default async function SubscriberPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/subscribers/[subscriberId]">) {
  const [{ workspace, subscriberId }, query, t] = await Promise.all([
    params,
    searchParams,
    getTranslations("subscribers"),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "subscribers:read")) return <NoPermission />;
  const subscriber = await orNotFound(getSubscriber(ctx, subscriberId));
  const cursor = cursorIn(query);
  const before = TimelineQuery.shape.before.safeParse(one(query, "before")).data;
  const [messages, sites, timeline] = await Promise.all([
    listSubscriberMessages(ctx, subscriber.id, MessageFilter.parse({ pageSize: 20, ...(cursor && { cursor }) })),
    listSites(ctx, { page: 1, pageSize: 100 }),
    subscriberTimeline(ctx, subscriber.id, TimelineQuery.parse({ pageSize: 15, before: before?.toISOString() })),
  ]);
  const names = await campaignNames(
    ctx,
    [...messages.data, ...timeline.data].flatMap(({ campaignId }) => campaignId ?? []),
  );

  const base = `/dashboard/${workspace}`;
  const path = `${base}/subscribers`;
  const mayChange = can(ctx, "subscribers:write");
  const { id, name, externalId, phone, locale, timezone, country, tags, attributes, isActive, lastSeenAt, createdAt } =
    subscriber;
  const label = name ?? t("anonymous");
  const active = subscriber.subscriptions.filter((device) => device.status === "active" && !device.isTest).length;
  const pausedUntil =
    subscriber.pausedUntil && subscriber.pausedUntil > new Date() ? subscriber.pausedUntil : undefined;
  const unknown = <span className="text-subtle-foreground">{t("detail.unknown")}</span>;
  return (
    <>
      <PageHeader
        title={label}
        badge={
          <>
            {!name && <span className="font-mono text-sm text-subtle-foreground">{shortId(id)}</span>}
            {!isActive && <Badge tone="warning">{t("list.optedOut")}</Badge>}
            {pausedUntil && <Badge tone="warning">{t("detail.paused")}</Badge>}
          </>
        }
        crumbs={[{ label: name ?? shortId(id) }]}
        action={
          mayChange && (
            <>
              <IdentityEditor
                workspaceId={ctx.workspaceId}
                id={id}
                name={name}
                externalId={externalId}
                phone={phone}
                country={country}
              />
              <MergeDialog workspaceId={ctx.workspaceId} id={id} label={label} />
              <SubscriberMenu
                workspaceId={ctx.workspaceId}
                path={path}
                subscriber={{ id, label, devices: active }}
                isDeleted={false}
                isOpenAlready
              />
            </>
          )
        }
      />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 gap-5">
          <Card title={t("detail.devices")} flush>
            <Devices devices={subscriber.subscriptions} sites={sites.data} base={base} />
          </Card>
          <TimelineCard
            entries={timeline.data}
            campaignNames={names}
            base={base}
            newestHref={before && hrefWith(`${path}/${id}`, { cursor })}
            earlierHref={
              timeline.nextBefore
                ? hrefWith(`${path}/${id}`, { cursor, before: timeline.nextBefore.toISOString() })
                : undefined
            }
          />
          <MessageHistory
            messages={messages.data}
            campaignNames={names}
            base={base}
            pages={keyPages(`${path}/${id}`, query, { before: before?.toISOString() }, messages.nextCursor)}
          />
        </div>
        <div className="grid min-w-0 gap-5">
          <Card title={t("detail.facts")}>
            <Facts
              facts={[
                { label: t("detail.subscribed"), value: <Time at={createdAt} /> },
                { label: t("detail.seen"), value: <Time at={lastSeenAt} /> },
                ...(pausedUntil
                  ? [{ label: t("detail.pausedUntil"), value: <Time at={pausedUntil} look="exact" /> }]
                  : []),
                { label: t("detail.locale"), value: locale ?? unknown },
                { label: t("detail.timeZone"), value: timezone?.replaceAll("_", " ") ?? unknown },
                { label: t("detail.country"), value: country ?? unknown },
                {
                  label: t("phone.label"),
                  value: phone ? (
                    <span dir="ltr">{readablePhone(phone)}</span>
                  ) : (
                    <span className="text-subtle-foreground">{t("phone.none")}</span>
                  ),
                },
                {
                  label: t("detail.externalId"),
                  value: externalId ?? <span className="text-subtle-foreground">{t("detail.noExternalId")}</span>,
                },
                {
                  label: t("detail.id"),
                  value: (
                    <span className="flex items-center gap-1">
                      <span className="truncate font-mono text-xs" dir="ltr">
                        {id}
                      </span>
                      <CopyButton text={id} label={t("detail.copyId")} />
                    </span>
                  ),
                },
              ]}
            />
          </Card>
          <ReachSwitch workspaceId={ctx.workspaceId} id={id} isActive={isActive} mayChange={mayChange} />
          <QuietHoursEditor
            key={JSON.stringify(subscriber.quietHours)}
            workspaceId={ctx.workspaceId}
            id={id}
            quietHours={subscriber.quietHours}
            mayChange={mayChange}
          />
          <CategoriesEditor
            workspaceId={ctx.workspaceId}
            id={id}
            categories={categoriesOf(subscriber, sites.data)}
            mayChange={mayChange}
          />
          <TagsEditor key={tags.join("\n")} workspaceId={ctx.workspaceId} id={id} tags={tags} mayChange={mayChange} />
          <AttributesEditor workspaceId={ctx.workspaceId} id={id} attributes={attributes} mayChange={mayChange} />
          <Card title={t("detail.groups")}>
            {subscriber.groups.length === 0 ? (
              <p className="text-muted-foreground">{t("detail.noGroups")}</p>
            ) : (
              <ul className="grid gap-1">
                {subscriber.groups.map((group) => (
                  <li key={group.id} className="min-w-0">
                    <Link
                      href={`${base}/groups/${group.id}`}
                      className="block truncate rounded-sm font-medium hover:underline"
                    >
                      {group.name}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
      <RefreshWhile active={!cursor && !before} everyMs={10_000} />
    </>
  );
}

/** The categories of the sites where the person has a device, each with whether they want it. */
function categoriesOf({ subscriptions, preferences }: Subscriber, sites: Site[]) {
  const theirs = sites.filter(({ id }) => subscriptions.some(({ siteId }) => siteId === id));
  const byKey = new Map(theirs.flatMap(({ settings }) => settings.categories.map(({ key, name }) => [key, name])));
  return [...byKey].map(([key, name]) => ({ key, name, isWanted: preferences[key] !== false }));
}
