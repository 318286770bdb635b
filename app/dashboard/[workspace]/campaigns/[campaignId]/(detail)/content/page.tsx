import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { PreviewPanel } from "#components/notification-preview/preview-panel.tsx";
import { Card, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { withUtm } from "#lib/content/utm.ts";
import { fillVariables } from "#lib/content/variables.ts";
import { formatDuration } from "#lib/format.ts";
import { campaignPage } from "../campaign-data.ts";
import { wordsOfAudience } from "./audience-words.ts";
import { OtherTexts } from "./other-texts.tsx";

/** What the campaign says, as devices show it, and what it was sent with. */
export default async function CampaignContentPage({
  params,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/content">) {
  const { workspace, campaignId } = await params;
  const { ctx, campaign, site } = await campaignPage(workspace, campaignId);
  const [t, tComposer, locale] = await Promise.all([
    getTranslations("campaigns.content"),
    getTranslations("campaigns.composer"),
    getLocale(),
  ]);
  const [step] = campaign.steps;
  if (!step) return null;
  const { content } = step;
  const { options, audience } = campaign;
  const utm = { ...site?.settings.utm, ...content.utm };
  const link = (url: string) => <Address>{withUtm(url, utm)}</Address>;
  const siteName = site?.name ?? t("siteGone");
  const audienceWords = await wordsOfAudience(ctx, audience, siteName);
  const settings = [
    ...(options.ttlSeconds === undefined ? [] : [t("ttl", { time: formatDuration(options.ttlSeconds, locale) })]),
    ...(options.urgency ? [t("urgency", { urgency: tComposer(`urgencies.${options.urgency}`) })] : []),
    ...(options.requireInteraction ? [t("stays")] : []),
    ...(options.quietHours ? [t("quiet", options.quietHours)] : []),
    ...(options.quietHours === null ? [t("noQuiet")] : []),
  ];
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="grid gap-5">
        <Card title={t("title")}>
          <Facts
            facts={[
              { label: t("name"), value: content.title },
              { label: t("message"), value: <span className="whitespace-pre-line">{content.message}</span> },
              { label: t("link"), value: content.url ? link(content.url) : t("noLink") },
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
        title={fillVariables(content.title, {})}
        message={fillVariables(content.message, {})}
        iconUrl={content.iconUrl ?? site?.settings.iconUrl}
        imageUrl={content.imageUrl}
        siteHost={site ? new URL(site.url).host : ""}
        siteName={site?.name}
        actions={content.actions}
        requireInteraction={options.requireInteraction}
      />
    </div>
  );
}

function Address({ children }: { children: ReactNode }) {
  return (
    <span dir="ltr" className="font-mono text-sm break-all">
      {children}
    </span>
  );
}
