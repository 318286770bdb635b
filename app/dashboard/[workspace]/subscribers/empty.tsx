import { Search, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Avatar } from "#components/ui/avatar.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import type { Site } from "#lib/sites/schema.ts";

/** Nobody ever subscribed: shows what a subscriber will look like, and the way to the first. */
export function NoSubscribers({
  base,
  site,
  mayAddSite,
}: {
  base: string;
  site: Site | undefined;
  mayAddSite: boolean;
}) {
  const t = useTranslations("subscribers.empty");
  const href = site ? `${base}/sites/${site.id}/install` : `${base}/sites/new`;
  return (
    <EmptyState
      picture={
        <div className="mx-auto flex max-w-sm items-center gap-3 rounded-lg border border-border bg-card px-4 py-3">
          <Avatar name={t("sampleName")} />
          <div className="min-w-0 flex-1">
            <p className="font-medium">{t("sampleName")}</p>
            <p className="text-sm text-muted-foreground">{t("sampleDevice")}</p>
          </div>
          <StatusBadge status="active" />
        </div>
      }
      title={t(site ? "title" : "noSite")}
      action={
        (site || mayAddSite) && (
          <Button variant="primary" asChild>
            <Link href={href}>{t(site ? "action" : "noSiteAction")}</Link>
          </Button>
        )
      }
    >
      {t(site ? "text" : "noSiteText")}
    </EmptyState>
  );
}

/** The filters leave nobody. */
export function NobodyMatches({ path }: { path: string }) {
  const t = useTranslations("subscribers.empty");
  return (
    <div className="rounded-lg border border-border bg-card">
      <EmptyState
        icon={<Search />}
        title={t("noMatch")}
        action={
          <Button asChild>
            <Link href={path}>{t("clear")}</Link>
          </Button>
        }
      >
        {t("noMatchText")}
      </EmptyState>
    </div>
  );
}

/** The view of the deleted, empty. */
export function NobodyDeleted() {
  const t = useTranslations("subscribers.empty");
  return (
    <div className="rounded-lg border border-border bg-card">
      <EmptyState icon={<Trash2 />} title={t("deleted")}>
        {t("deletedText")}
      </EmptyState>
    </div>
  );
}
