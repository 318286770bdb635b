"use client";

import { useTranslations } from "next-intl";
import { type ContentDraft, contentErrors, contentOf } from "#components/content/content-draft.ts";
import { PayloadMeter } from "#components/content/payload-meter.tsx";
import { PreviewPanel } from "#components/notification-preview/preview-panel.tsx";
import { occasionOf } from "#lib/campaigns/occasion.ts";
import type { Preflight } from "#lib/campaigns/schema.ts";
import { fillOccasion, fillVariables, variablesOf } from "#lib/content/variables.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";
import { SendTest } from "../send-test.tsx";
import { useSample } from "../use-sample.ts";
import { SampleValues } from "./sample-values.tsx";

/** How the content on screen looks where it arrives, on what a real event or item brings, and a test on this device. */
export function PreviewPart({
  workspaceId,
  draft,
  content,
  site,
  preflight,
}: {
  workspaceId: string;
  draft: CampaignDraft;
  content: ContentDraft;
  site: ComposerSite;
  /** null: not asked yet. */
  preflight: Preflight | null;
}) {
  const t = useTranslations("campaigns.composer");
  const tRss = useTranslations("campaigns.rss");
  const occasion = occasionOf(draft.trigger.type);
  const used = variablesOf(`${content.title} ${content.message}`);
  const sample = useSample(workspaceId, draft.trigger, site.feeds);
  const isSendable = Object.keys(contentErrors(content, occasion)).length === 0;
  const filled = {
    ...content,
    title: fillOccasion(content.title, sample.values, occasion),
    message: fillOccasion(content.message, sample.values, occasion),
    // A test goes where the item goes, and shows its picture.
    url: content.url || String(sample.values["item.url"] ?? ""),
    imageUrl: content.imageUrl || String(sample.values["item.image"] ?? ""),
  };
  const hasItem = occasion === "item" && Object.keys(sample.values).length > 0;
  return (
    <div className="grid gap-4 xl:sticky xl:top-32">
      <PreviewPanel
        title={fillVariables(content.title, sample.values)}
        message={fillVariables(content.message, sample.values)}
        iconUrl={content.iconUrl || site.iconUrl}
        imageUrl={filled.imageUrl}
        siteHost={site.host}
        siteName={site.name}
        actions={content.actions.filter((action) => action.title !== "")}
        requireInteraction={draft.requireInteraction}
      />
      {used.length > 0 && occasion !== "event" && (
        <p className="text-sm text-muted-foreground">{hasItem ? tRss("sample") : t("previewVariables")}</p>
      )}
      {occasion === "event" && <SampleValues names={used.filter((name) => name.startsWith("event."))} {...sample} />}
      {preflight && <PayloadMeter bytes={preflight.payloadBytes} maxBytes={preflight.maxPayloadBytes} />}
      <SendTest workspaceId={workspaceId} siteId={site.id} content={isSendable ? contentOf(filled) : null} />
    </div>
  );
}
