import { z } from "zod";
import { keyPages } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { getPerformance } from "#lib/analytics/performance.ts";
import { isStanding } from "#lib/campaigns/drip-schema.ts";
import { listRuns } from "#lib/campaigns/runs.ts";
import { Performance } from "#lib/campaigns/schema.ts";
import { getDripProgress } from "#lib/drips/progress.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { PageQuery } from "#lib/schema.ts";
import { campaignPage } from "./campaign-data.ts";
import { DripCard } from "./drip-card.tsx";
import { Overview } from "./overview.tsx";
import { RecurringRuns } from "./recurring-runs.tsx";
import { ScheduleCard } from "./schedule-card.tsx";

/** Where a campaign stands and what it did. */
export default async function CampaignOverviewPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]">) {
  const [{ workspace, campaignId }, query] = await Promise.all([params, searchParams]);
  const { ctx, campaign, site, progress, base } = await campaignPage(workspace, campaignId);
  const { trigger, status } = campaign;
  const timeZone = site?.settings.timezone ?? "UTC";
  const path = `${base}/campaigns/${campaign.id}`;
  const cursor = cursorIn(query);
  const [performance, runs] = await Promise.all([
    getPerformance(ctx, campaign.id),
    trigger.type === "recurring"
      ? listRuns(ctx, campaign.id, PageQuery.parse({ ...(cursor && { cursor }) }))
      : undefined,
  ]);
  const overview = (
    <Overview
      workspaceId={ctx.workspaceId}
      path={path}
      campaignId={campaign.id}
      nextRunAt={campaign.nextRunAt?.toISOString() ?? null}
      timeZone={timeZone}
      repeats={trigger.type === "recurring"}
      answers={isStanding(trigger.type)}
      valuePerClick={site?.settings.valuePerClick ?? 0}
      progress={progress}
      performance={z.encode(Performance, performance)}
    />
  );
  if (isStanding(trigger.type) && status !== "draft") {
    const titles = new Map(campaign.steps.map(({ key, content }) => [key, content.title]));
    return (
      <div className="grid gap-5">
        <DripCard progress={await getDripProgress(ctx, campaign.id)} titles={titles} />
        {overview}
        <RefreshWhile active={status === "running"} everyMs={10_000} />
      </div>
    );
  }
  if (trigger.type !== "recurring" || !runs) return overview;
  return (
    <div className="grid gap-5">
      {overview}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        {runs.data.length > 0 && (
          <RecurringRuns
            runs={runs.data}
            timeZone={trigger.timezone}
            pages={keyPages(path, query, {}, runs.nextCursor)}
          />
        )}
        <ScheduleCard
          workspaceId={ctx.workspaceId}
          trigger={trigger}
          leftOut={runs.data.filter((run) => run.statusReason === "skipped").map((run) => run.dueAt.toISOString())}
        />
      </div>
      <RefreshWhile active={status === "running"} everyMs={10_000} />
    </div>
  );
}
