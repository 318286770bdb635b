"use client";

import { CircleCheck, CircleDashed, ExternalLink, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { formatList } from "#lib/format.ts";
import type { InstallCheck } from "#lib/sites/schema.ts";
import type { InstallSite, StepState } from "./install-live.ts";

const icons = {
  ok: <CircleCheck className="text-success" />,
  waiting: <CircleDashed className="text-subtle-foreground" />,
  problem: <TriangleAlert className="text-warning" />,
};

const hints = ["deployed", "blocker", "csp", "origin"] as const;

/** What was seen of the site, what is wrong with it and how to mend it; turns green by itself. */
export function SiteCheck({
  site,
  appOrigin,
  checks,
  state,
  path,
}: {
  site: InstallSite;
  appOrigin: string;
  checks: InstallCheck[];
  state: StepState;
  path: string;
}) {
  const t = useTranslations("sites.install.check");
  const locale = useLocale();
  const address = new URL(site.url);
  // Without it a page that was fine today does not report again.
  address.searchParams.set("pp_check", "1");
  return (
    <div className="grid gap-4">
      <p className="flex items-center gap-2 text-pretty text-muted-foreground">
        {t(state === "done" ? "ok" : state === "problem" ? "mend" : "waiting")}
        {state === "open" && <Spinner className="size-3.5 shrink-0" />}
      </p>
      <ul className="grid gap-2.5" aria-live="polite">
        {checks
          .filter(({ id }) => id !== "subscriber")
          .map((check) => (
            <li key={check.id} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2.5">
              <span aria-hidden="true" className="mt-0.5 [&_svg]:size-4">
                {icons[check.status]}
              </span>
              <p className="[overflow-wrap:anywhere]">
                <span className="font-medium">{t(`names.${check.id}`)}</span>
                <span className="sr-only"> ({t(`status.${check.status}`)})</span>{" "}
                <span className={check.status === "problem" ? "text-foreground" : "text-muted-foreground"}>
                  {check.message}
                </span>
              </p>
            </li>
          ))}
      </ul>
      <Button asChild className="justify-self-start">
        <a href={address.href} target="_blank" rel="noreferrer">
          <ExternalLink aria-hidden="true" />
          {t("openSite", { host: site.host })}
        </a>
      </Button>
      {state !== "done" && (
        <details className="group rounded-md text-sm">
          <summary className="w-fit cursor-default rounded-sm font-medium text-primary-text">{t("nothing")}</summary>
          <ul className="mt-2 grid list-disc gap-1.5 ps-5 text-muted-foreground [overflow-wrap:anywhere]">
            {hints.map((hint) => (
              <li key={hint}>
                {t(`hints.${hint}`, {
                  origin: appOrigin,
                  origins: formatList(site.allowedOrigins, locale, "disjunction"),
                })}{" "}
                {hint === "origin" && (
                  <Link href={`${path}/settings#origins`} className="text-primary-text hover:underline">
                    {t("originSettings")}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
