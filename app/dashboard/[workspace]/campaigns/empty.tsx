import { Archive, Plus, Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { SampleNotification } from "#components/notification-preview/sample-notification.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** No campaign was ever made: shows what one looks like. */
export function NoCampaigns({ base, host }: { base: string; host: string }) {
  const t = useTranslations("campaigns");
  return (
    <EmptyState
      picture={<SampleNotification title={t("empty.sampleTitle")} message={t("empty.sampleMessage")} host={host} />}
      title={t("empty.title")}
      action={
        <Button variant="primary" asChild>
          <Link href={`${base}/campaigns/new`}>
            <Plus aria-hidden="true" />
            {t("new")}
          </Link>
        </Button>
      }
      secondary={
        <Button asChild>
          <Link href={`${base}/templates`}>{t("empty.templates")}</Link>
        </Button>
      }
    >
      {t("empty.text")}
    </EmptyState>
  );
}

/** A campaign needs a site, and there is none. */
export function NoSite({ base }: { base: string }) {
  const t = useTranslations("campaigns.empty");
  return (
    <EmptyState
      picture={<SampleNotification title={t("sampleTitle")} message={t("sampleMessage")} />}
      title={t("noSite")}
      action={
        <Button variant="primary" asChild>
          <Link href={`${base}/sites/new`}>
            <Plus aria-hidden="true" />
            {t("addSite")}
          </Link>
        </Button>
      }
    >
      {t("noSiteText")}
    </EmptyState>
  );
}

/** The filters leave nothing. */
export function NoMatch({ path, isArchive }: { path: string; isArchive: boolean }) {
  const t = useTranslations("campaigns.empty");
  return (
    <div className="rounded-lg border border-border bg-card">
      <EmptyState
        icon={isArchive ? <Archive /> : <Search />}
        title={t(isArchive ? "archived" : "noMatch")}
        action={
          <Button asChild>
            <Link href={path}>{t("clear")}</Link>
          </Button>
        }
      >
        {t(isArchive ? "archivedText" : "noMatchText")}
      </EmptyState>
    </div>
  );
}
