"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { DateTimeInput } from "#components/ui/date-time-input.tsx";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { formatInstant } from "#lib/format.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import { dueAt, type OneTimeDraft } from "./one-time-draft.ts";
import type { TriggerEditorProps } from "./trigger-editor.tsx";

/** Now, or a day and time in the site's zone. */
export function OneTimeEditor({ draft, onChange, onLeave, site, errors }: TriggerEditorProps<OneTimeDraft>) {
  const t = useTranslations("campaigns.composer");
  // Only in the browser: the server's render is of another moment.
  const [earliest, setEarliest] = useState<string>();
  useEffect(() => setEarliest(wallTimeOf(new Date(), site.timezone)), [site.timezone]);
  return (
    <RadioGroup
      look="cards"
      aria-label={t("timeTitle")}
      value={draft.when}
      onValueChange={(value) =>
        onChange({
          ...draft,
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
              error={errors.at}
              hint={<Elsewhere draft={draft} timeZone={site.timezone} />}
              hideLabel
            >
              <DateTimeInput
                timeZone={site.timezone}
                value={draft.at}
                min={earliest}
                onValueChange={(at) => onChange({ ...draft, when: "later", at })}
                onBlur={() => onLeave("at")}
              />
            </Field>
          ),
        },
      ]}
    />
  );
}

/** The same instant by the reader's own clock, when that is another. */
function Elsewhere({ draft, timeZone }: { draft: OneTimeDraft; timeZone: string }) {
  const t = useTranslations("campaigns.composer");
  const locale = useLocale();
  const own = useTimeZone() ?? "UTC";
  const at = dueAt(draft, timeZone);
  if (!at || wallTimeOf(at, own) === wallTimeOf(at, timeZone)) return null;
  return t("laterElsewhere", { time: formatInstant(at, { locale, timeZone: own }) });
}

function nextFullHour(timeZone: string): string {
  const hourMs = 3_600_000;
  return wallTimeOf(new Date(Math.ceil((Date.now() + hourMs / 2) / hourMs) * hourMs), timeZone);
}
