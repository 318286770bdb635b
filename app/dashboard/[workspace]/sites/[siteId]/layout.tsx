import { ExternalLink, Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { PausedBanner } from "../paused-banner.tsx";
import { sitePage } from "./site-data.ts";

export async function generateMetadata({
  params,
}: LayoutProps<"/dashboard/[workspace]/sites/[siteId]">): Promise<Metadata> {
  const { workspace, siteId } = await params;
  return { title: (await sitePage(workspace, siteId)).site.name };
}

/** One site: its head and tabs around its parts, and why it is paused when it is. */
export default async function SiteLayout({ params, children }: LayoutProps<"/dashboard/[workspace]/sites/[siteId]">) {
  const { workspace, siteId } = await params;
  const { ctx, site, base, path, mayChange } = await sitePage(workspace, siteId);
  const t = await getTranslations("sites");
  return (
    <>
      <PageHeader
        title={site.name}
        badge={<StatusBadge status={site.status} />}
        crumbs={[{ label: site.name }]}
        description={
          <a
            href={site.url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex max-w-full items-center gap-1.5 rounded-sm hover:text-foreground hover:underline"
          >
            <span className="truncate" dir="ltr">
              {new URL(site.url).host}
            </span>
            <ExternalLink className="size-3.5 shrink-0" aria-hidden="true" />
            <span className="sr-only">{t("head.open")}</span>
          </a>
        }
        action={
          <Button asChild>
            <Link href={`${base}/campaigns/new?site=${site.id}`}>
              <Plus aria-hidden="true" />
              {t("head.newCampaign")}
            </Link>
          </Button>
        }
      />
      {site.pausedReason !== null && (
        <PausedBanner workspaceId={ctx.workspaceId} siteId={site.id} reason={site.pausedReason} mayResume={mayChange} />
      )}
      <div className="mb-5">
        <TabLinks
          label={t("tabs.label")}
          links={[
            { href: path, label: t("tabs.overview") },
            { href: `${path}/install`, label: t("tabs.install") },
            { href: `${path}/prompt`, label: t("tabs.prompt") },
            { href: `${path}/keys`, label: t("tabs.keys") },
            { href: `${path}/settings`, label: t("tabs.settings") },
          ]}
        />
      </div>
      {children}
    </>
  );
}
