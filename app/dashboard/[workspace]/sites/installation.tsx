import { CircleCheck, CircleDashed, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Site } from "#lib/sites/schema.ts";

export type Installation = "ok" | "problem" | "waiting";

/** Whether the site runs the SDK, by what it last reported. */
export function installationOf({ checkIn }: Pick<Site, "checkIn">): Installation {
  if (!checkIn) return "waiting";
  // One visitor's browser without push says nothing about the site.
  return checkIn.worker === "ok" || checkIn.worker === "unsupported" ? "ok" : "problem";
}

const looks = {
  ok: { icon: CircleCheck, tone: "text-success" },
  problem: { icon: TriangleAlert, tone: "text-warning" },
  waiting: { icon: CircleDashed, tone: "text-subtle-foreground" },
};

/** The installation's state in an icon and a word. */
export function InstallationMark({ site }: { site: Pick<Site, "checkIn"> }) {
  const t = useTranslations("sites.installed");
  const state = installationOf(site);
  const { icon: Icon, tone } = looks[state];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon className={`size-4 ${tone}`} aria-hidden="true" />
      {t(state)}
    </span>
  );
}
