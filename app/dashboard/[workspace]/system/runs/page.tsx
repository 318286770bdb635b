import { ListChecks, X } from "lucide-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { WorkRunFilter, workStates } from "#lib/system/schema.ts";
import { listWork } from "#lib/system/system.ts";
import { StateChips } from "../../campaigns/state-chips.tsx";
import { RunTable } from "../run-table.tsx";
import { systemPage } from "../system-data.ts";

/** Runs of functions by state, the latest first. */
export default async function SystemRunsPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/system/runs">) {
  const [{ workspace }, query, t, tState, system] = await Promise.all([
    params,
    searchParams,
    getTranslations("system.runs"),
    getTranslations("ui.status"),
    systemPage(),
  ]);
  if (!system?.queue) return null;
  const status = workStates.find((state) => state === one(query, "status"));
  const chosen = system.functions.find(({ id }) => id === one(query, "function"));
  const filter = WorkRunFilter.safeParse({
    ...(status && { status }),
    ...(chosen && { functionId: chosen.id }),
    ...(one(query, "cursor") && { cursor: one(query, "cursor") }),
  });
  const page = await listWork(system.userId, filter.data ?? WorkRunFilter.parse({}));
  const path = `/dashboard/${workspace}/system/runs`;
  const kept = { status, function: chosen?.id };
  const { runs } = system.queue;
  return (
    <>
      <StateChips
        label={t("states")}
        chips={[
          { key: "all", label: t("all"), href: hrefWith(path, { function: chosen?.id }), current: !status },
          ...workStates.map((state) => ({
            key: state,
            label: tState(state),
            href: hrefWith(path, { status: state, function: chosen?.id }),
            current: status === state,
            // The figures are of all functions together.
            ...(!chosen && { count: runs[state] }),
          })),
        ]}
      />
      {chosen && (
        <p className="mb-3">
          <Badge className="h-7 ps-2.5 pe-0.5 text-sm">
            <span className="flex items-center gap-1">
              {t("ofFunction", { name: chosen.name })}
              <Link
                href={hrefWith(path, { status })}
                aria-label={t("clearFunction")}
                className="grid size-6 place-items-center rounded-sm hover:text-foreground"
              >
                <X aria-hidden="true" />
              </Link>
            </span>
          </Badge>
        </p>
      )}
      {page.data.length === 0 ? (
        <div className="rounded-lg border border-border bg-card">
          <EmptyState
            icon={<ListChecks />}
            title={t("emptyTitle")}
            action={
              (status || chosen) && (
                <Button asChild>
                  <Link href={path}>{t("showAll")}</Link>
                </Button>
              )
            }
          >
            {t("emptyText")}
          </EmptyState>
        </div>
      ) : (
        <>
          <RunTable workspaceId={workspace} runs={page.data} />
          <div className="mt-3">
            <Pagination {...keyPages(path, query, kept, page.nextCursor)} />
          </div>
        </>
      )}
    </>
  );
}
