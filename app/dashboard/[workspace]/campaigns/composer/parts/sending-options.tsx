"use client";

import { ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { formatDuration, formatPercent } from "#lib/format.ts";
import type { ComposerSite } from "../campaign-draft.ts";
import type { SendingDraft } from "../sending-draft.ts";

const quietChoices = ["site", "none", "own"] as const;
const waits = [30, 60, 120, 240, 480, 1440, 2880];
const testShares = [10, 20, 30, 40, 50, 100];
const holdoutShares = [0, 1, 2, 5, 10, 20];

/** The choices and the present value, in order. */
function withOwn(choices: number[], own: number): number[] {
  return choices.includes(own) ? choices : [...choices, own].sort((a, b) => a - b);
}

/** Quiet hours, the cap, and how a test of variants and a hold-out group are run. */
export function SendingOptions({
  draft,
  onChange,
  site,
  hasVariants,
  isPersonal,
  errors,
}: {
  draft: SendingDraft;
  onChange: (part: Partial<SendingDraft>) => void;
  site: ComposerSite;
  hasVariants: boolean;
  /** People come one by one: there is no audience to divide. */
  isPersonal: boolean;
  errors: FieldErrors;
}) {
  const t = useTranslations("sending.options");
  const locale = useLocale();
  const share = (percent: number) => formatPercent(percent / 100, locale);
  const { quiet, quietHours, testShare, waitMinutes, holdoutShare } = draft;
  const siteHours = site.quietHours ? t("hours", site.quietHours) : t("none");
  const isChanged = quiet !== "site" || holdoutShare > 0 || hasVariants;
  return (
    <details className="group rounded-lg border border-border" open={isChanged || undefined}>
      <summary className="flex h-9 list-none items-center gap-2 rounded-lg px-3 font-medium focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-4 text-subtle-foreground transition-[rotate] group-open:rotate-90 rtl:rotate-180 rtl:group-open:rotate-90"
          aria-hidden="true"
        />
        {t("title")}
      </summary>
      <div className="grid gap-4 border-t border-border p-3">
        <Field label={t("quiet")} hint={t("quietText")}>
          <Select
            value={quiet}
            onValueChange={(value) => onChange({ quiet: quietChoices.find((each) => each === value) ?? "site" })}
            options={[
              { value: "site", label: t("asSite", { value: siteHours }) },
              { value: "none", label: t("quietNone") },
              { value: "own", label: t("quietOwn") },
            ]}
          />
        </Field>
        {quiet === "own" && (
          <div className="grid grid-cols-2 gap-2">
            <Field label={t("from")} error={errors["options.quietHours"] ?? errors["options.quietHours.from"]}>
              <Input
                type="time"
                value={quietHours.from}
                onChange={(event) => onChange({ quietHours: { ...quietHours, from: event.target.value } })}
              />
            </Field>
            <Field label={t("to")} error={errors["options.quietHours.to"]}>
              <Input
                type="time"
                value={quietHours.to}
                onChange={(event) => onChange({ quietHours: { ...quietHours, to: event.target.value } })}
              />
            </Field>
          </div>
        )}
        <p className="text-sm text-muted-foreground">{site.frequencyCap ? t("cap", site.frequencyCap) : t("noCap")}</p>
        {!isPersonal && hasVariants && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t("testShare")} hint={t("testShareText")} error={errors["options.experiment.testShare"]}>
              <Select
                value={String(testShare)}
                onValueChange={(value) => onChange({ testShare: Number(value) })}
                options={withOwn(testShares, testShare).map((percent) => ({
                  value: String(percent),
                  label: percent === 100 ? t("everybody") : share(percent),
                }))}
              />
            </Field>
            {testShare < 100 && (
              <Field label={t("wait")} hint={t("waitText")} error={errors["options.experiment.waitMinutes"]}>
                <Select
                  value={String(waitMinutes)}
                  onValueChange={(value) => onChange({ waitMinutes: Number(value) })}
                  options={withOwn(waits, waitMinutes).map((minutes) => ({
                    value: String(minutes),
                    label: formatDuration(minutes * 60, locale),
                  }))}
                />
              </Field>
            )}
          </div>
        )}
        {!isPersonal && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t("holdout")} hint={t("holdoutText")}>
              <Select
                value={String(holdoutShare)}
                onValueChange={(value) => onChange({ holdoutShare: Number(value) })}
                options={withOwn(holdoutShares, holdoutShare).map((percent) => ({
                  value: String(percent),
                  label: percent === 0 ? t("holdoutNone") : share(percent),
                }))}
              />
            </Field>
            {holdoutShare > 0 && (
              <Field label={t("goal")} hint={t("goalText")} error={errors["options.experiment.goalEvent"]} optional>
                <Input
                  value={draft.goalEvent}
                  placeholder="purchase"
                  spellCheck={false}
                  onChange={(event) => onChange({ goalEvent: event.target.value })}
                />
              </Field>
            )}
          </div>
        )}
      </div>
    </details>
  );
}
