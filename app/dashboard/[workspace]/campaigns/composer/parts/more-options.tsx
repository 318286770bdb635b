"use client";

import { ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { formatDuration } from "#lib/format.ts";
import { urgencies } from "#lib/sites/urgencies.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";

const asSite = "site";
const noCategory = "-";
const maxRatePerMinute = 1_000_000;
const ttlChoices = [3_600, 21_600, 43_200, 86_400, 259_200, 604_800, 2_419_200];

/** What most campaigns leave as the site has it. */
export function MoreOptions({
  draft,
  onChange,
  site,
  errors,
}: {
  draft: CampaignDraft;
  onChange: (
    part: Partial<Pick<CampaignDraft, "requireInteraction" | "ttlSeconds" | "urgency" | "category" | "ratePerMinute">>,
  ) => void;
  site: ComposerSite;
  errors: FieldErrors;
}) {
  const t = useTranslations("campaigns.composer");
  const locale = useLocale();
  const { ttlSeconds, urgency, requireInteraction, category, ratePerMinute } = draft;
  const isLost = category !== null && !site.categories.some(({ key }) => key === category);
  const length = (seconds: number) => formatDuration(seconds, locale);
  const lengths =
    ttlSeconds === null || ttlChoices.includes(ttlSeconds)
      ? ttlChoices
      : [...ttlChoices, ttlSeconds].sort((a, b) => a - b);
  return (
    <details
      className="group rounded-lg border border-border"
      open={
        requireInteraction ||
        ttlSeconds !== null ||
        urgency !== null ||
        category !== null ||
        ratePerMinute !== null ||
        undefined
      }
    >
      <summary className="flex h-9 list-none items-center gap-2 rounded-lg px-3 font-medium focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-4 text-subtle-foreground transition-[rotate] group-open:rotate-90 rtl:rotate-180 rtl:group-open:rotate-90"
          aria-hidden="true"
        />
        {t("more")}
      </summary>
      <div className="grid gap-4 border-t border-border p-3">
        {(site.categories.length > 0 || category !== null) && (
          <Field label={t("category")} hint={t("categoryText")} error={errors["options.category"]}>
            <Select
              value={category ?? noCategory}
              onValueChange={(value) => onChange({ category: value === noCategory ? null : value })}
              options={[
                { value: noCategory, label: t("noCategory") },
                ...site.categories.map(({ key, name }) => ({ value: key, label: name })),
                ...(isLost ? [{ value: category, label: t("lostCategory", { category }) }] : []),
              ]}
            />
          </Field>
        )}
        <Switch
          label={t("requireInteraction")}
          description={t("requireInteractionText")}
          checked={requireInteraction}
          onCheckedChange={(on) => onChange({ requireInteraction: on })}
        />
        <Field label={t("ttl")} hint={t("ttlText")}>
          <Select
            value={ttlSeconds === null ? asSite : String(ttlSeconds)}
            onValueChange={(value) => onChange({ ttlSeconds: value === asSite ? null : Number(value) })}
            options={[
              { value: asSite, label: t("siteDefault", { value: length(site.ttlSeconds) }) },
              ...lengths.map((seconds) => ({ value: String(seconds), label: length(seconds) })),
            ]}
          />
        </Field>
        <Field label={t("urgency")} hint={t("urgencyText")}>
          <Select
            value={urgency ?? asSite}
            onValueChange={(value) => onChange({ urgency: urgencies.find((one) => one === value) ?? null })}
            options={[
              { value: asSite, label: t("siteDefault", { value: t(`urgencies.${site.urgency}`) }) },
              ...urgencies.map((one) => ({ value: one, label: t(`urgencies.${one}`) })),
            ]}
          />
        </Field>
        <Field label={t("rate")} hint={t("rateText")} optional>
          <Input
            inputMode="numeric"
            value={ratePerMinute ?? ""}
            onChange={({ target }) => {
              const typed = Number(target.value.replace(/\D/g, ""));
              onChange({ ratePerMinute: typed >= 1 ? Math.min(typed, maxRatePerMinute) : null });
            }}
          />
        </Field>
      </div>
    </details>
  );
}
