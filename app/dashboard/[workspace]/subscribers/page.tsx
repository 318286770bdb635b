import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { type ListFilter, ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Selection } from "#components/ui/selection.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { AppError } from "#lib/errors.ts";
import { listGroups } from "#lib/groups/groups.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import type { Page } from "#lib/schema.ts";
import { listSegments } from "#lib/segments/segments.ts";
import { listSites } from "#lib/sites/sites.ts";
import { columnsIn, defaultColumns, subscriberSorts } from "#lib/subscribers/columns.ts";
import { type Subscriber, SubscriberFilter, subscriptionStatuses } from "#lib/subscribers/schema.ts";
import { listSubscribers } from "#lib/subscribers/subscribers.ts";
import { chosenColumns } from "#lib/views/columns.ts";
import { listViews } from "#lib/views/views.ts";
import { StateChips } from "../campaigns/state-chips.tsx";
import { AddSubscriber } from "./add-subscriber.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { ColumnsMenu } from "./columns-menu.tsx";
import { NobodyDeleted, NobodyMatches, NoSubscribers } from "./empty.tsx";
import { ImportExport } from "./import-export.tsx";
import { SubscriberTable } from "./subscriber-table.tsx";
import { ViewMenu } from "./view-menu.tsx";
import { queryOf } from "./view-query.ts";
import { stateOf } from "./view-state.ts";

/** The browsers that send web push, by the names that are stored. */
const browsers = ["Chrome", "Firefox", "Safari", "Microsoft Edge", "Opera", "Samsung Internet for Android"];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("subscribers"))("title") };
}

/** Everybody who subscribed on the sites of the workspace; `?view=deleted` those who were deleted. */
export default async function SubscribersPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/subscribers">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("subscribers")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "subscribers:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/subscribers`;
  const state = stateOf(query);
  const { columns: namedColumns, deleted: isDeleted = false, ...asked } = state;
  const cursor = cursorIn(query);
  const all = { page: 1, pageSize: 100 };
  const [page, sites, tStatus, groups, segments, views, remembered] = await Promise.all([
    listSubscribers(
      ctx,
      SubscriberFilter.parse({
        pageSize: 25,
        ...asked,
        ...(isDeleted && { deleted: "true" }),
        ...(cursor && { cursor }),
      }),
    ).catch(nobodyOf),
    listSites(ctx, { page: 1, pageSize: 100 }),
    getTranslations("ui.status"),
    listGroups(ctx, all),
    listSegments(ctx, all),
    listViews(ctx, { ...all, area: "subscribers" }),
    chosenColumns(ctx, "subscribers"),
  ]);

  const { sort: _, ...narrowing } = asked;
  const isFiltered = Object.keys(narrowing).length > 0;
  const columns = namedColumns ?? remembered ?? [...defaultColumns];
  const view = views.data.find(({ id }) => id === one(query, "saved"));
  const mayChange = can(ctx, "subscribers:write");
  const header = (
    <PageHeader
      title={t("title")}
      description={t("description")}
      action={
        <>
          <ImportExport
            workspaceId={ctx.workspaceId}
            path={path}
            narrowing={isFiltered && !isDeleted ? textsIn(narrowing) : undefined}
            mayImport={mayChange}
            mayExportKeys={can(ctx, "sites:export")}
          />
          {mayChange && <AddSubscriber workspaceId={ctx.workspaceId} path={path} />}
        </>
      }
    />
  );
  if (page.data.length === 0 && !isFiltered && !isDeleted && !cursor) {
    return (
      <>
        {header}
        <NoSubscribers base={base} site={sites.data[0]} mayAddSite={can(ctx, "sites:write")} />
        <RefreshWhile active everyMs={5_000} />
      </>
    );
  }

  const plain = (values: string[]) => values.map((value) => ({ value, label: value }));
  const tags = new Set([...page.data.flatMap((subscriber) => subscriber.tags), ...(state.tag ? [state.tag] : [])]);
  const filters: ListFilter[] = [
    {
      key: "status",
      label: t("list.status"),
      single: true,
      options: subscriptionStatuses.map((value) => ({ value, label: tStatus(value) })),
    },
    { key: "browser", label: t("list.browser"), single: true, options: plain(browsers) },
    ...(sites.data.length > 1 || state.siteId
      ? [
          {
            key: "site",
            label: t("list.site"),
            single: true,
            options: sites.data.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
    ...(groups.data.length > 0
      ? [
          {
            key: "group",
            label: t("list.group"),
            single: true,
            options: groups.data.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
    ...(segments.data.length > 0
      ? [
          {
            key: "segment",
            label: t("list.segment"),
            single: true,
            options: segments.data.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
    ...(tags.size > 0
      ? [{ key: "tag", label: t("list.tag"), single: true, options: plain([...tags].sort().slice(0, 50)) }]
      : []),
    {
      key: "sort",
      label: t("list.sort"),
      single: true,
      options: subscriberSorts.map((value) => ({ value, label: t(`list.sorts.${value}`) })),
    },
  ];
  const kept: Record<string, string | undefined> = { ...queryOf(state), saved: view?.id };
  const attributes = new Set(page.data.flatMap((subscriber) => Object.keys(subscriber.attributes)));
  return (
    <>
      {header}
      <ListToolbar searchLabel={t("search")} filters={filters}>
        <ColumnsMenu
          workspaceId={ctx.workspaceId}
          columns={columns}
          attributes={columnsIn([...attributes].sort().map((key) => `attributes.${key}`))}
        />
        <ViewMenu
          workspaceId={ctx.workspaceId}
          path={path}
          state={{ ...state, columns }}
          view={view}
          mayShare={mayChange}
        />
      </ListToolbar>
      <StateChips
        label={t("list.views")}
        chips={[
          {
            key: "all",
            label: t("list.all"),
            href: hrefWith(path, { ...kept, view: undefined, saved: undefined }),
            current: !isDeleted && !view,
          },
          {
            key: "deleted",
            label: t("list.deleted"),
            href: hrefWith(path, { ...kept, view: "deleted", saved: undefined }),
            current: isDeleted && !view,
          },
          ...views.data.map(({ id, name, state: saved }) => ({
            key: id,
            label: name,
            href: hrefWith(path, { ...queryOf(saved), saved: id }),
            current: id === view?.id,
          })),
        ]}
      />
      {page.data.length === 0 ? (
        isDeleted && !isFiltered ? (
          <NobodyDeleted />
        ) : (
          <NobodyMatches path={hrefWith(path, { view: kept.view, cols: kept.cols })} />
        )
      ) : (
        <>
          <Selection ids={page.data.map(({ id }) => id)}>
            <SubscriberTable
              subscribers={page.data}
              columns={columns}
              workspaceId={ctx.workspaceId}
              path={path}
              isDeleted={isDeleted}
              mayChange={mayChange}
            />
            {can(ctx, "groups:write") && !isDeleted && <BulkBar workspaceId={ctx.workspaceId} groups={groups.data} />}
          </Selection>
          <div className="mt-3">
            <Pagination
              {...keyPages(path, query, kept, page.nextCursor)}
              summary={
                page.total !== undefined &&
                t(page.totalCapped ? "list.summaryCapped" : "list.summary", {
                  shown: page.data.length,
                  total: page.total,
                })
              }
            />
          </div>
          <RefreshWhile active={!cursor && !isDeleted} everyMs={15_000} />
        </>
      )}
    </>
  );
}

/** A filter as the parameters of the API, which has the same names. */
function textsIn(filter: object): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => typeof value === "string"));
}

/** The segment or group of a kept address or view was deleted: nobody is in it. */
function nobodyOf(error: unknown): Page<Subscriber> {
  if (error instanceof AppError && error.code === "not_found")
    return { data: [], pageSize: 25, total: 0, nextCursor: null };
  throw error;
}
