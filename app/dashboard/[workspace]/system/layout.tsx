import { ExternalLink, Hourglass, Lock, Server } from "lucide-react";
import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Stat, StatStrip } from "#components/ui/stat.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { formatDuration, formatNumber } from "#lib/format.ts";
import type { QueueFigures } from "#lib/system/schema.ts";
import { systemPage } from "./system-data.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("system"))("title") };
}

/** The installation's durable work, for its administrators: figures on top, its parts in tabs. */
export default async function SystemLayout({ params, children }: LayoutProps<"/dashboard/[workspace]/system">) {
  const [{ workspace }, t, system] = await Promise.all([params, getTranslations("system"), systemPage()]);
  if (!system) {
    return (
      <EmptyState wholePage icon={<Lock />} title={t("noPermission.title")}>
        {t("noPermission.text")}
      </EmptyState>
    );
  }
  const { server, queue } = system;
  const base = `/dashboard/${workspace}/system`;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {server.url !== null ? (
        <EmptyState
          icon={<Server />}
          title={t("elsewhere.title")}
          action={
            <Button asChild>
              <a href={server.url} target="_blank" rel="noreferrer">
                {t("elsewhere.open")}
                <ExternalLink aria-hidden="true" />
              </a>
            </Button>
          }
        >
          {t("elsewhere.text", { url: new URL(server.url).host })}
        </EmptyState>
      ) : queue === null ? (
        <EmptyState icon={<Hourglass />} title={t("starting.title")}>
          {t("starting.text")}
        </EmptyState>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          {queue.servers === 0 && (
            <Callout tone="danger" title={t("down.title")}>
              {t("down.text")}
            </Callout>
          )}
          <Figures queue={queue} />
          <div>
            <TabLinks
              label={t("tabs.label")}
              links={[
                { href: base, label: t("tabs.functions") },
                { href: `${base}/runs`, label: t("tabs.runs") },
                {
                  href: `${base}/problems`,
                  label: t("tabs.problems"),
                  count: queue.runs.failed + queue.eventsSetAside + queue.registrationsRefused || undefined,
                },
              ]}
            />
            <div className="mt-4">{children}</div>
          </div>
          <RefreshWhile active everyMs={5_000} />
        </div>
      )}
    </>
  );
}

async function Figures({ queue }: { queue: QueueFigures }) {
  const [t, locale] = await Promise.all([getTranslations("system.figures"), getLocale()]);
  const number = (value: number) => formatNumber(value, locale);
  return (
    <StatStrip>
      <Stat label={t("running")} value={number(queue.runs.running)} />
      <Stat label={t("inFlight")} value={number(queue.inFlight)} />
      <Stat label={t("depth")} value={number(queue.depth + queue.eventsWaiting)} />
      <Stat label={t("lag")} value={formatDuration(Math.round(queue.lagSeconds), locale)} />
      <Stat label={t("later")} value={number(queue.later)} />
      <Stat label={t("failed")} value={number(queue.runs.failed)} hint={t("retention")} />
    </StatStrip>
  );
}
