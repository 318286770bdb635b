import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTimeZone, getTranslations } from "next-intl/server";
import { z } from "zod";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { hrefWith, one } from "#components/frame/page-links.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { planned } from "#lib/campaigns/calendar.ts";
import { Calendar } from "#lib/campaigns/calendar-schema.ts";
import { now } from "#lib/clock.ts";
import { zoneName } from "#lib/format.ts";
import { listSites } from "#lib/sites/sites.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import { NoSite } from "../campaigns/empty.tsx";
import { SiteFilter } from "../campaigns/site-filter.tsx";
import { StateChips } from "../campaigns/state-chips.tsx";
import { addDays, type CalendarView, daysOf, isDay, startOfDay, stepOf, zoneOfCalendar } from "./calendar-days.ts";
import { CalendarGrid } from "./calendar-grid.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("calendar"))("title") };
}

/** What goes out when: a month or a week, on the clocks of a site. */
export default async function CalendarPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/calendar">) {
  const [{ workspace }, query, t, locale, ownZone] = await Promise.all([
    params,
    searchParams,
    getTranslations("calendar"),
    getLocale(),
    getTimeZone(),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/calendar`;
  const sites = (await listSites(ctx, { page: 1, pageSize: 100 })).data;
  const chosen = sites.find(({ id }) => id === one(query, "site"));
  const timeZone = zoneOfCalendar(chosen ? [chosen] : sites, ownZone);
  const today = wallTimeOf(now(), timeZone).slice(0, 10);
  const asked = one(query, "day");
  const day = isDay(asked) ? asked : today;
  const view: CalendarView = one(query, "view") === "week" ? "week" : "month";
  const days = daysOf(view, day);
  const from = startOfDay(days[0] ?? day, timeZone);
  const to = startOfDay(addDays(days.at(-1) ?? day, 1), timeZone);
  const calendar = await planned(ctx, { from, to, siteId: chosen?.id });
  const href = (change: { day?: string; view?: CalendarView }) =>
    hrefWith(path, { site: chosen?.id, view, day, ...change });
  const title = new Intl.DateTimeFormat(locale, {
    month: "long",
    year: "numeric",
    ...(view === "week" && { day: "numeric" }),
    timeZone: "UTC",
  });
  const dateOf = (text: string) => new Date(`${text}T00:00Z`);
  const heading =
    view === "month"
      ? title.format(dateOf(day))
      : title.formatRange(dateOf(days[0] ?? day), dateOf(days.at(-1) ?? day));

  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {sites.length === 0 ? (
        <NoSite base={base} />
      ) : (
        <>
          <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
            <div className="flex items-center gap-1">
              <Button size="icon-sm" variant="ghost" asChild>
                <Link href={href({ day: stepOf(view, day, -1) })} aria-label={t(`before.${view}`)}>
                  <ChevronLeft className="rtl:rotate-180" aria-hidden="true" />
                </Link>
              </Button>
              <Button size="icon-sm" variant="ghost" asChild>
                <Link href={href({ day: stepOf(view, day, 1) })} aria-label={t(`after.${view}`)}>
                  <ChevronRight className="rtl:rotate-180" aria-hidden="true" />
                </Link>
              </Button>
              <h2 className="ms-1 text-base font-semibold tabular-nums">{heading}</h2>
            </div>
            <div className="flex flex-wrap items-center gap-2 md:ms-auto [&_nav]:mb-0">
              {sites.length > 1 && <SiteFilter sites={sites.map(({ id, name }) => ({ id, name }))} />}
              <Button size="sm" asChild>
                <Link href={href({ day: today })}>{t("today")}</Link>
              </Button>
              <StateChips
                label={t("view")}
                chips={(["month", "week"] as const).map((each) => ({
                  key: each,
                  label: t(each),
                  current: each === view,
                  href: href({ view: each }),
                }))}
              />
            </div>
          </div>
          {calendar.isPartial && (
            <Callout tone="warning" className="mb-3">
              {t("partial")}
            </Callout>
          )}
          <CalendarGrid
            workspaceId={ctx.workspaceId}
            base={base}
            view={view}
            days={days}
            month={day.slice(0, 7)}
            today={today}
            timeZone={timeZone}
            entries={z.encode(Calendar, calendar).data}
            mayMove={can(ctx, "campaigns:send")}
          />
          <p className="mt-3 text-sm text-muted-foreground">{t("zone", { zone: zoneName(timeZone, locale) })}</p>
        </>
      )}
    </>
  );
}
