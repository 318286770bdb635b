import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CampaignRow } from "#lib/campaigns/schema.ts";
import type { Site } from "#lib/sites/schema.ts";

const maxShown = 6;

/** What goes out now and next, soonest first, in the time zone of its site. */
export function NextSends({ campaigns, sites, base }: { campaigns: CampaignRow[]; sites: Site[]; base: string }) {
  const t = useTranslations("home.next");
  const soonest = campaigns.toSorted((a, b) => (a.nextRunAt?.getTime() ?? 0) - (b.nextRunAt?.getTime() ?? 0));
  const zoneOf = (id: string | null) => sites.find((site) => site.id === id)?.settings.timezone ?? "UTC";
  return (
    <Card title={t("title")} flush={soonest.length > 0}>
      {soonest.length === 0 ? (
        <div className="grid justify-items-start gap-3">
          <p className="text-muted-foreground">{t("none")}</p>
          <Button asChild size="sm">
            <Link href={`${base}/campaigns/new`}>{t("schedule")}</Link>
          </Button>
        </div>
      ) : (
        <ul>
          {soonest.slice(0, maxShown).map(({ id, name, status, siteId, nextRunAt }) => (
            <li key={id} className="border-b border-border last:border-b-0">
              <Link
                href={`${base}/campaigns/${id}`}
                className="grid gap-0.5 px-4 py-2.5 transition-colors hover:bg-muted/60 focus-visible:-outline-offset-2"
              >
                <span className="truncate font-medium">{name}</span>
                {status === "running" ? (
                  <StatusBadge status="running" className="justify-self-start" />
                ) : (
                  nextRunAt && (
                    <span className="text-sm text-muted-foreground">
                      <Time at={nextRunAt} look="both" timeZone={zoneOf(siteId)} />
                    </span>
                  )
                )}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
