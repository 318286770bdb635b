import { ChevronRight, CirclePause, CircleX, Code, UserPlus, Wrench } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import type { CampaignRow } from "#lib/campaigns/schema.ts";
import type { Site } from "#lib/sites/schema.ts";
import { installationOf } from "../sites/installation.tsx";

/** More would be a list of its own, not a hint. */
const maxShown = 5;

const icons = { install: Code, worker: Wrench, subscribers: UserPlus, paused: CirclePause, failed: CircleX };
type Kind = keyof typeof icons;
type Item = { key: string; kind: Kind; name: string; href: string };

/** What waits for somebody, most pressing first, each a way to where it is settled. Draws nothing when nothing does. */
export function Attention({
  sites,
  paused,
  failed,
  base,
}: {
  sites: Site[];
  paused: CampaignRow[];
  failed: CampaignRow[];
  base: string;
}) {
  const t = useTranslations("home.attention");
  const ofCampaigns = (kind: "paused" | "failed", campaigns: CampaignRow[]): Item[] =>
    campaigns.map(({ id, name }) => ({ key: id, kind, name, href: `${base}/campaigns/${id}` }));
  const items = [
    ...ofCampaigns("failed", failed),
    ...ofCampaigns("paused", paused),
    ...sites.flatMap((site): Item[] => {
      const kind = siteKind(site);
      return kind ? [{ key: site.id, kind, name: site.name, href: `${base}/sites/${site.id}/install` }] : [];
    }),
  ];
  if (items.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul>
        {items.slice(0, maxShown).map(({ key, kind, name, href }) => {
          const Icon = icons[kind];
          const place = kind === "paused" || kind === "failed" ? { campaign: name } : { site: name };
          return (
            <li key={key} className="border-b border-border last:border-b-0">
              <Link
                href={href}
                className="flex items-center gap-3 px-4 py-2.5 transition-colors hover:bg-muted/60 focus-visible:-outline-offset-2"
              >
                <Icon
                  className={`size-4 shrink-0 ${kind === "failed" ? "text-danger" : kind === "subscribers" ? "text-primary-text" : "text-warning"}`}
                  aria-hidden="true"
                />
                <span className="min-w-0 flex-1">
                  <span className="block">
                    {t.rich(kind, {
                      site: "",
                      campaign: "",
                      ...place,
                      b: (chunks) => <strong className="font-semibold">{chunks}</strong>,
                    })}
                  </span>
                  <span className="block text-sm text-pretty text-muted-foreground">{t(`${kind}Text`)}</span>
                </span>
                <ChevronRight className="size-4 shrink-0 text-subtle-foreground rtl:rotate-180" aria-hidden="true" />
              </Link>
            </li>
          );
        })}
      </ul>
      {items.length > maxShown && (
        <p className="border-t border-border px-4 py-2 text-sm text-muted-foreground">
          {t("more", { count: items.length - maxShown })}
        </p>
      )}
    </Card>
  );
}

function siteKind(site: Site): "install" | "worker" | "subscribers" | undefined {
  const state = installationOf(site);
  if (state === "problem") return "worker";
  if (site.subscriberCount > 0) return undefined;
  return state === "waiting" ? "install" : "subscribers";
}
