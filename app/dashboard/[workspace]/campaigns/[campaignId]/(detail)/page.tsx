import { z } from "zod";
import { keyPages } from "#components/frame/page-links.ts";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { getPerformance } from "#lib/analytics/performance.ts";
import { isStanding } from "#lib/campaigns/drip-schema.ts";
import { listRuns } from "#lib/campaigns/runs.ts";
import { Performance } from "#lib/campaigns/schema.ts";
import { isDrip } from "#lib/campaigns/steps.ts";
import { getDripProgress } from "#lib/drips/progress.ts";
import { getFeed } from "#lib/feeds/feeds.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { orNull } from "#lib/http/or-not-found.ts";
import { PageQuery } from "#lib/schema.ts";
import { wordsOfTriggers } from "../../trigger-words.ts";
import { campaignPage } from "./campaign-data.ts";
import { DripCard } from "./drip-card.tsx";
import { Overview } from "./overview.tsx";
import { RecurringRuns } from "./recurring-runs.tsx";
import { ScheduleCard } from "./schedule-card.tsx";
import { StartsWith } from "./starts-with.tsx";

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
  const [performance, runs, words, feed] = await Promise.all([
    getPerformance(ctx, campaign.id),
    trigger.type === "recurring" || trigger.type === "rss"
      ? listRuns(ctx, campaign.id, PageQuery.parse({ ...(cursor && { cursor }) }))
      : undefined,
    wordsOfTriggers(ctx, [campaign]),
    trigger.type === "rss" ? orNull(getFeed(ctx, trigger.feedId)) : null,
  ]);
  const answers = isStanding(trigger.type) || trigger.type === "rss";
  const overview = (
    <Overview
      workspaceId={ctx.workspaceId}
      path={path}
      campaignId={campaign.id}
      nextRunAt={campaign.nextRunAt?.toISOString() ?? null}
      timeZone={trigger.type === "recurring" ? trigger.timezone : timeZone}
      repeats={trigger.type === "recurring"}
      answers={answers}
      valuePerClick={site?.settings.valuePerClick ?? 0}
      progress={progress}
      performance={z.encode(Performance, performance)}
    />
  );
  const startsWith = words.get(campaign.id);
  if (trigger.type === "one_time" || startsWith === undefined) return overview;
  if (status === "draft")
    return (
      <div className="grid gap-5">
        <Callout title={<span className="wrap-anywhere">{startsWith}</span>} />
        {overview}
      </div>
    );

  const runsTable = runs && runs.data.length > 0 && (
    <RecurringRuns
      runs={runs.data}
      timeZone={trigger.type === "recurring" ? trigger.timezone : timeZone}
      hasItems={trigger.type === "rss"}
      pages={keyPages(path, query, {}, runs.nextCursor)}
    />
  );
  if (trigger.type === "recurring")
    return (
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {overview}
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
          {runsTable}
          <ScheduleCard
            workspaceId={ctx.workspaceId}
            trigger={trigger}
            isOver={!["scheduled", "running", "paused"].includes(status)}
            leftOut={(runs?.data ?? [])
              .filter((run) => run.statusReason === "skipped")
              .map((run) => run.dueAt.toISOString())}
          />
        </div>
        <RefreshWhile active={status === "running"} everyMs={10_000} />
      </div>
    );
  const titles = new Map(campaign.steps.map(({ key, content }) => [key, content.title]));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {(status === "running" || status === "paused") && (
        <StartsWith words={startsWith} pausedAs={status === "paused" ? trigger.type : null} feed={feed} base={base} />
      )}
      {isDrip(trigger, campaign.audience) && (
        <DripCard progress={await getDripProgress(ctx, campaign.id)} titles={titles} />
      )}
      {overview}
      {runsTable}
      <RefreshWhile active={status === "running"} everyMs={10_000} />
    </div>
  );
}
