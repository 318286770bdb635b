"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Utm } from "#lib/content/schema.ts";
import { withUtm } from "#lib/content/utm.ts";
import { parseHttpUrl } from "#lib/text.ts";

const parts = ["source", "medium", "campaign", "term", "content"] as const;

/** UTM parameters for a link, and the link that a click will open. What is left empty takes the site's default. */
export function UtmBuilder({
  url,
  value,
  onValueChange,
  defaults = {},
  errors = {},
}: {
  url: string;
  value: Utm;
  onValueChange: (value: Utm) => void;
  /** The site's own, shown as placeholders. */
  defaults?: Utm;
  errors?: Partial<Record<keyof Utm, string>>;
}) {
  const t = useTranslations("content.utm");
  const filled = Object.fromEntries(parts.map((part) => [part, value[part] || defaults[part]]));
  const link = parseHttpUrl(url) ? withUtm(url, filled) : null;
  const inUse = parts.some((part) => filled[part]);

  return (
    <details className="group rounded-lg border border-border" open={parts.some((part) => value[part]) || undefined}>
      <summary className="flex h-9 list-none items-center gap-2 rounded-lg px-3 font-medium focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-4 text-subtle-foreground transition-[rotate] group-open:rotate-90 rtl:rotate-180 rtl:group-open:rotate-90"
          aria-hidden="true"
        />
        {t("title")}
        {!inUse && <span className="font-normal text-subtle-foreground">{t("none")}</span>}
      </summary>
      <div className="grid gap-3 border-t border-border p-3">
        <div className="grid gap-3 sm:grid-cols-2">
          {parts.map((part) => (
            <Field key={part} label={t(`parts.${part}`)} error={errors[part]}>
              <Input
                value={value[part] ?? ""}
                placeholder={defaults[part] ?? t(`examples.${part}`)}
                onChange={(event) => {
                  const { [part]: _, ...others } = value;
                  onValueChange(event.target.value ? { ...others, [part]: event.target.value } : others);
                }}
                maxLength={200}
                spellCheck={false}
                autoCapitalize="none"
              />
            </Field>
          ))}
        </div>
        <div className="rounded-md bg-muted py-1.5 ps-3 pe-1.5">
          <div className="flex items-center justify-between gap-3">
            <span className="text-xs font-medium text-muted-foreground">{t("result")}</span>
            {link && <CopyButton text={link} label={t("copy")} />}
          </div>
          <p className="pe-1.5 pb-1 font-mono text-xs break-all" dir="ltr" aria-live="polite">
            {link ?? <span className="font-sans text-muted-foreground">{t("noLink")}</span>}
          </p>
        </div>
      </div>
    </details>
  );
}
