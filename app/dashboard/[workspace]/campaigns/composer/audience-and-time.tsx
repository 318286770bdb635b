"use client";

import { Users } from "lucide-react";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { DateTimeInput } from "#components/ui/date-time-input.tsx";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup, type RadioOption } from "#components/ui/radio-group.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";
import { formatInstant } from "#lib/format.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import type { CampaignDraft, ComposerSite } from "./campaign-draft.ts";
import { instantOf } from "./campaign-draft.ts";

/** Whom it reaches and how many they are now. Further audiences are further options of the list. */
export function AudiencePicker({
  draft,
  onChange,
  site,
  recipients,
}: {
  draft: CampaignDraft;
  onChange: (audience: Audience) => void;
  site: ComposerSite;
  /** null: not counted yet. */
  recipients: number | null;
}) {
  const t = useTranslations("campaigns.composer");
  const { audience } = draft;
  const options: RadioOption[] = [
    { value: "all", label: t("audienceAll", { site: site.name }), description: t("audienceAllText") },
  ];
  // Only what the API can make is kept here as it is; this page offers no way to pick people.
  if (audience.type === "subscribers") {
    const count = audience.ids?.length ?? audience.externalIds?.length ?? 0;
    options.push({
      value: "subscribers",
      label: t("audienceSome"),
      description: t("audienceSomeText", { count }),
    });
  }
  return (
    <section aria-label={t("audienceTitle")} className="grid gap-2.5">
      <h2 className="text-base font-semibold">{t("audienceTitle")}</h2>
      <RadioGroup
        look="cards"
        aria-label={t("audienceTitle")}
        options={options}
        value={audience.type}
        onValueChange={(value) => value === "all" && onChange({ type: "all" })}
      />
      <div className="flex items-start gap-2.5 px-0.5">
        <Users className="mt-0.5 size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
        <div className="grid gap-0.5">
          <span role="status" className="font-medium tabular-nums">
            {recipients === null ? <Skeleton className="w-24" /> : t("reach", { count: recipients })}
          </span>
          <span className="text-sm text-muted-foreground">{t("reachHint")}</span>
        </div>
      </div>
    </section>
  );
}

/** Now, or a day and time in the site's zone. */
export function TimePicker({
  draft,
  onChange,
  onLeave,
  site,
  error,
}: {
  draft: CampaignDraft;
  onChange: (part: Pick<CampaignDraft, "when" | "at">) => void;
  onLeave: () => void;
  site: ComposerSite;
  error: string[] | undefined;
}) {
  const t = useTranslations("campaigns.composer");
  // Only in the browser: the server's render is of another moment.
  const [earliest, setEarliest] = useState<string>();
  useEffect(() => setEarliest(wallTimeOf(new Date(), site.timezone)), [site.timezone]);
  return (
    <section aria-label={t("timeTitle")} className="grid gap-2.5">
      <h2 className="text-base font-semibold">{t("timeTitle")}</h2>
      <RadioGroup
        look="cards"
        aria-label={t("timeTitle")}
        value={draft.when}
        onValueChange={(value) =>
          onChange({
            when: value === "later" ? "later" : "now",
            at: draft.at || nextFullHour(site.timezone),
          })
        }
        options={[
          { value: "now", label: t("now"), description: t("nowText") },
          {
            value: "later",
            label: t("later"),
            description: t("laterText"),
            children: (
              <Field
                label={t("laterLabel")}
                error={error}
                hint={<Elsewhere draft={draft} timeZone={site.timezone} />}
                hideLabel
              >
                <DateTimeInput
                  timeZone={site.timezone}
                  value={draft.at}
                  min={earliest}
                  onValueChange={(at) => onChange({ when: "later", at })}
                  onBlur={onLeave}
                />
              </Field>
            ),
          },
        ]}
      />
    </section>
  );
}

/** The same instant by the reader's own clock, when that is another. */
function Elsewhere({ draft, timeZone }: { draft: CampaignDraft; timeZone: string }) {
  const t = useTranslations("campaigns.composer");
  const locale = useLocale();
  const own = useTimeZone() ?? "UTC";
  const at = instantOf(draft, timeZone);
  if (!at || wallTimeOf(at, own) === wallTimeOf(at, timeZone)) return null;
  return t("laterElsewhere", { time: formatInstant(at, { locale, timeZone: own }) });
}

function nextFullHour(timeZone: string): string {
  const hourMs = 3_600_000;
  return wallTimeOf(new Date(Math.ceil((Date.now() + hourMs / 2) / hourMs) * hourMs), timeZone);
}
