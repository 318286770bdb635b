import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { hrefWith, one } from "#components/frame/page-links.ts";
import { PreviewPanel } from "#components/notification-preview/preview-panel.tsx";
import { Card, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Campaign } from "#lib/campaigns/schema.ts";
import { withUtm } from "#lib/content/utm.ts";
import { fillVariables } from "#lib/content/variables.ts";
import type { Context } from "#lib/context.ts";
import { sampleProperties } from "#lib/drips/test-fire.ts";
import { feedsWithSamples } from "#lib/feeds/feeds.ts";
import { formatDuration } from "#lib/format.ts";
import { sampleValues } from "../../../composer/triggers/rss-draft.ts";
import { StateChips } from "../../../state-chips.tsx";
import { wordsOfTriggers } from "../../../trigger-words.ts";
import { campaignPage } from "../campaign-data.ts";
import { wordsOfAudience } from "./audience-words.ts";
import { OtherTexts } from "./other-texts.tsx";

/** What the campaign says, as devices show it, and what it was sent with; of several steps `?step=2` chooses the one on show. */
export default async function CampaignContentPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/content">) {
  const [{ workspace, campaignId }, query] = await Promise.all([params, searchParams]);
  const { ctx, campaign, site, base } = await campaignPage(workspace, campaignId);
  const [t, tComposer, tStarts, tDrip, locale, words] = await Promise.all([
    getTranslations("campaigns.content"),
    getTranslations("campaigns.composer"),
    getTranslations("campaigns.starts"),
    getTranslations("campaigns.drip"),
    getLocale(),
    wordsOfTriggers(ctx, [campaign]),
  ]);
  const { steps, trigger } = campaign;
  const number = Math.min(Math.max(Number.parseInt(one(query, "step") ?? "1", 10) || 1, 1), steps.length);
  const step = steps[number - 1];
  if (!step) return null;
  const { content } = step;
  const path = `${base}/campaigns/${campaign.id}/content`;
  const sample = await sampleOf(ctx, campaign);
  const { options, audience } = campaign;
  const utm = { ...site?.settings.utm, ...content.utm };
  const link = (url: string) => <Address>{withUtm(url, utm)}</Address>;
  const siteName = site?.name ?? t("siteGone");
  const audienceWords = await wordsOfAudience(ctx, audience, siteName, trigger.type);
  const starts = words.get(campaign.id);
  const settings = [
    ...(options.ttlSeconds === undefined ? [] : [t("ttl", { time: formatDuration(options.ttlSeconds, locale) })]),
    ...(options.urgency ? [t("urgency", { urgency: tComposer(`urgencies.${options.urgency}`) })] : []),
    ...(options.requireInteraction ? [t("stays")] : []),
    ...(options.quietHours ? [t("quiet", options.quietHours)] : []),
    ...(options.quietHours === null ? [t("noQuiet")] : []),
  ];
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {steps.length > 1 && (
          <div className="-mb-2 [&_nav]:mb-0">
            <StateChips
              label={tDrip("steps")}
              chips={steps.map(({ key, delayMinutes }, index) => ({
                key: String(key),
                label: tDrip(delayMinutes > 0 ? "stepAfter" : "step", {
                  number: index + 1,
                  time: formatDuration(delayMinutes * 60, locale),
                }),
                current: index === number - 1,
                href: hrefWith(path, index > 0 ? { step: String(index + 1) } : {}),
              }))}
            />
          </div>
        )}
        <Card title={steps.length > 1 ? tDrip("contentOf", { number }) : t("title")}>
          <Facts
            facts={[
              { label: t("name"), value: content.title },
              { label: t("message"), value: <span className="whitespace-pre-line">{content.message}</span> },
              {
                label: t("link"),
                value: content.url ? link(content.url) : t(trigger.type === "rss" ? "itemLink" : "noLink"),
              },
              ...(content.iconUrl ? [{ label: t("icon"), value: <Address>{content.iconUrl}</Address> }] : []),
              ...(content.imageUrl ? [{ label: t("image"), value: <Address>{content.imageUrl}</Address> }] : []),
              ...(content.actions ?? []).map((action, index) => ({
                label: t("button", { number: index + 1 }),
                value: (
                  <>
                    {action.title}
                    <br />
                    {link(action.url)}
                  </>
                ),
              })),
              ...(starts ? [{ label: tStarts("label"), value: <span className="wrap-anywhere">{starts}</span> }] : []),
              { label: t("site"), value: siteName },
              {
                label: t("audience"),
                value: audienceWords,
              },
              { label: t("options"), value: settings.length > 0 ? settings.join(" · ") : t("defaults") },
              { label: t("created"), value: <Time at={campaign.createdAt} look="both" /> },
            ]}
          />
        </Card>
        <OtherTexts step={step} />
      </div>
      <PreviewPanel
        title={fillVariables(content.title, sample)}
        message={fillVariables(content.message, sample)}
        iconUrl={content.iconUrl ?? site?.settings.iconUrl}
        imageUrl={content.imageUrl ?? sample["item.image"]?.toString()}
        siteHost={site ? new URL(site.url).host : ""}
        siteName={site?.name}
        actions={content.actions}
        requireInteraction={options.requireInteraction}
      />
    </div>
  );
}

/** What the newest item or event would fill in, to look at. */
async function sampleOf(
  ctx: Context,
  { id, trigger, siteId }: Campaign,
): Promise<Record<string, string | number | null>> {
  if (trigger.type === "triggered") {
    const newest = Object.entries(await sampleProperties(ctx, id));
    return Object.fromEntries(newest.map(([key, value]) => [`event.${key}`, String(value ?? "")]));
  }
  if (trigger.type !== "rss") return {};
  const feeds = await feedsWithSamples(ctx);
  return sampleValues(
    trigger,
    feeds.filter((feed) => feed.siteId === siteId),
  );
}

function Address({ children }: { children: ReactNode }) {
  return (
    <span dir="ltr" className="font-mono text-sm break-all">
      {children}
    </span>
  );
}
