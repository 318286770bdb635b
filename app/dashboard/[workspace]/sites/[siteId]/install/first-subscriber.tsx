"use client";

import { MonitorSmartphone } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Page } from "#lib/schema.ts";
import type { InstallSite, SubscriberWire } from "./install-live.ts";

/** The first devices of the site, as they come; before, what makes a visitor be asked. */
export function FirstSubscriber({
  base,
  path,
  site,
  newest,
  isInstalled,
}: {
  base: string;
  path: string;
  site: InstallSite;
  newest: Page<SubscriberWire>;
  isInstalled: boolean;
}) {
  const t = useTranslations("sites.install.subscriber");
  const { enabled, delaySeconds, afterPageViews, backOffDays } = site.prompt;
  if (newest.data.length === 0) {
    return (
      <div className="grid justify-items-start gap-2 text-pretty text-muted-foreground">
        <p>{t(isInstalled ? "waiting" : "waitingCheck")}</p>
        <p className="text-sm">
          {enabled ? t("blocked", { delay: delaySeconds, views: afterPageViews, days: backOffDays }) : t("promptOff")}{" "}
          <Link href={`${path}/prompt`} className="rounded-sm text-primary-text hover:underline">
            {t("promptLink")}
          </Link>
        </p>
      </div>
    );
  }
  return (
    <div className="grid justify-items-start gap-3" aria-live="polite">
      <p className="text-muted-foreground">{t("ok", { count: newest.total ?? newest.data.length })}</p>
      <ul className="grid w-full gap-2">
        {newest.data.map((subscriber) => {
          const [device] = subscriber.subscriptions;
          return (
            <li key={subscriber.id} className="flex items-center gap-2.5 rounded-md border border-border px-3 py-2">
              <MonitorSmartphone className="size-4 shrink-0 text-success" aria-hidden="true" />
              <Link
                href={`${base}/subscribers/${subscriber.id}`}
                className="min-w-0 truncate font-medium hover:underline"
              >
                {subscriber.name ??
                  (device?.browser && device.os
                    ? t("device", { browser: device.browser, os: device.os })
                    : t("deviceUnknown"))}
              </Link>
              <span className="ms-auto shrink-0 text-sm text-muted-foreground">
                <Time at={subscriber.createdAt} />
              </span>
            </li>
          );
        })}
      </ul>
      <Button asChild size="sm">
        <Link href={`${base}/subscribers?site=${site.id}`}>{t("see")}</Link>
      </Button>
    </div>
  );
}
