"use client";

import { Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { RadioGroup, type RadioOption } from "#components/ui/radio-group.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";

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
  const tDrip = useTranslations("campaigns.drip");
  const { audience, trigger } = draft;
  const options: RadioOption[] = [
    { value: "all", label: t("audienceAll", { site: site.name }), description: t("audienceAllText") },
  ];
  if (trigger.type === "welcome")
    options[0] = { value: "all", label: tDrip("newcomers", { site: site.name }), description: tDrip("newcomersText") };
  if (trigger.type === "triggered")
    options.unshift({ value: "event_subject", label: tDrip("subject"), description: tDrip("subjectText") });
  const isCounted = trigger.type !== "welcome" && audience.type !== "event_subject";
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
        onValueChange={(value) => (value === "all" || value === "event_subject") && onChange({ type: value })}
      />
      {isCounted && (
        <div className="flex items-start gap-2.5 px-0.5">
          <Users className="mt-0.5 size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
          <div className="grid gap-0.5">
            <span role="status" className="font-medium tabular-nums">
              {recipients === null ? <Skeleton className="w-24" /> : t("reach", { count: recipients })}
            </span>
            <span className="text-sm text-muted-foreground">{t("reachHint")}</span>
          </div>
        </div>
      )}
    </section>
  );
}
