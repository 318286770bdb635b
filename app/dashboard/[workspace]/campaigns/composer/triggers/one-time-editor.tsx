"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { spanOfWallTime } from "#lib/campaigns/local-time.ts";
import { formatInstant } from "#lib/format.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import { TypedTimeField } from "../../typed-time-field.tsx";
import { dueAt, type OneTimeDraft } from "./one-time-draft.ts";
import type { TriggerEditorProps } from "./trigger-editor.tsx";

/** Now, or a day and time in the site's zone. */
export function OneTimeEditor({ draft, onChange, onLeave, site, errors }: TriggerEditorProps<OneTimeDraft>) {
  const t = useTranslations("campaigns.composer");
  const tSending = useTranslations("sending.time");
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
          when: value === "later" || value === "local" ? value : "now",
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
            <TypedTimeField
              label={t("laterLabel")}
              hideLabel
              error={errors.at}
              hint={<Elsewhere draft={draft} timeZone={site.timezone} />}
              timeZone={site.timezone}
              value={draft.at}
              min={earliest}
              onValueChange={(at) => onChange({ ...draft, when: "later", at })}
              onBlur={() => onLeave("at")}
            />
          ),
        },
        {
          value: "local",
          label: tSending("local"),
          description: tSending("localText"),
          children: (
            <Field
              label={tSending("localLabel")}
              error={errors.at}
              hint={
                <>
                  {tSending("localHint")} <Span wall={draft.at} />
                </>
              }
              hideLabel
            >
              <Input
                type="datetime-local"
                className="w-56"
                value={draft.at}
                onChange={(event) => onChange({ ...draft, when: "local", at: event.target.value })}
                onBlur={() => onLeave("at")}
              />
            </Field>
          ),
        },
      ]}
    />
  );
}

/** When a wall time comes to the first and the last zone, by the reader's own clock. */
function Span({ wall }: { wall: string }) {
  const t = useTranslations("sending.time");
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  const { first, last } = spanOfWallTime(wall);
  if (Number.isNaN(first.getTime())) return null;
  return t("localSpan", {
    first: formatInstant(first, { locale, timeZone }),
    last: formatInstant(last, { locale, timeZone }),
  });
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
