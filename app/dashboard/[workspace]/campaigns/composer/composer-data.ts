import "server-only";
import { draftOf } from "#components/content/content-draft.ts";
import type { Context } from "#lib/context.ts";
import { feedsWithSamples } from "#lib/feeds/feeds.ts";
import type { Site } from "#lib/sites/schema.ts";
import { listSites } from "#lib/sites/sites.ts";
import { listTemplates } from "#lib/templates/templates.ts";
import type { ComposerSite } from "./campaign-draft.ts";
import type { PickableTemplate } from "./parts/template-picker.tsx";
import type { ComposerFeed } from "./triggers/rss-draft.ts";

/** The sites and templates that the composer offers. */
export async function composerData(ctx: Context): Promise<{ sites: ComposerSite[]; templates: PickableTemplate[] }> {
  const first = { page: 1, pageSize: 100 };
  const [sites, templates, feeds] = await Promise.all([
    listSites(ctx, first),
    listTemplates(ctx, first),
    feedsWithSamples(ctx),
  ]);
  return {
    sites: sites.data.map((site) => toComposerSite(site, feeds)),
    templates: templates.data
      .filter((template) => template.channel === "web_push")
      .map(({ id, name, content }) => ({ id, name, content: draftOf(content) })),
  };
}

function toComposerSite({ id, name, url, settings }: Site, feeds: (ComposerFeed & { siteId: string })[]): ComposerSite {
  const { timezone, iconUrl, utm, ttlSeconds, urgency, quietHours, frequencyCap, categories } = settings;
  return {
    id,
    name,
    url,
    host: new URL(url).host,
    timezone,
    iconUrl,
    utm,
    ttlSeconds,
    urgency,
    quietHours,
    frequencyCap,
    categories,
    feeds: feeds.filter((feed) => feed.siteId === id),
  };
}
