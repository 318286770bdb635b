"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { fillVariables } from "#lib/content/variables.ts";

/** The way on: the composer, from a template or empty. */
export function FirstCampaign({
  base,
  siteId,
  templates,
  hasSent,
}: {
  base: string;
  siteId: string;
  templates: { id: string; name: string; title: string }[];
  hasSent: boolean;
}) {
  const t = useTranslations("sites.install.campaign");
  const compose = `${base}/campaigns/new?site=${siteId}`;
  return (
    <div className="grid gap-3">
      <p className="text-pretty text-muted-foreground">{t(hasSent ? "done" : "text")}</p>
      {!hasSent && templates.length > 0 && (
        <ul className="grid gap-2 sm:grid-cols-3">
          {templates.map(({ id, name, title }) => (
            <li
              key={id}
              className="relative grid content-start gap-0.5 rounded-md border border-border p-3 transition-colors hover:bg-accent"
            >
              <Link
                href={`${compose}&template=${id}`}
                className="flex items-center justify-between gap-2 font-medium outline-none after:absolute after:inset-0 after:rounded-md focus-visible:after:outline-2 focus-visible:after:outline-ring"
              >
                {name}
                <ArrowRight className="size-4 shrink-0 text-subtle-foreground rtl:rotate-180" aria-hidden="true" />
              </Link>
              <span className="truncate text-sm text-muted-foreground">{fillVariables(title, {})}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        {hasSent ? (
          <Button asChild size="sm">
            <Link href={`${base}/campaigns?site=${siteId}`}>{t("see")}</Link>
          </Button>
        ) : (
          <>
            <Button asChild size="sm">
              <Link href={compose}>{t("blank")}</Link>
            </Button>
            <Button asChild size="sm" variant="ghost">
              <Link href={`${base}/templates`}>{t("all")}</Link>
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
