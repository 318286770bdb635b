"use client";

import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";

/** What the campaign is called, and where there are several the site that sends it. */
export function NameAndSite({
  draft,
  onChange,
  onLeave,
  sites,
  site,
  placeholder,
  isFixed,
  errors,
}: {
  draft: CampaignDraft;
  onChange: (part: Partial<CampaignDraft>) => void;
  onLeave: (field: string) => void;
  sites: ComposerSite[];
  site: ComposerSite;
  /** The name it has without one. */
  placeholder: string;
  /** It runs, and keeps its site. */
  isFixed: boolean;
  errors: FieldErrors;
}) {
  const t = useTranslations("campaigns.composer");
  const chooseSite = (siteId: string) => {
    const has = sites.find(({ id }) => id === siteId)?.categories.some(({ key }) => key === draft.category);
    onChange({ siteId, category: has ? draft.category : null });
  };
  return (
    <div className={cn("grid gap-5", sites.length > 1 && "sm:grid-cols-2")}>
      <Field label={t("name")} hint={t("nameHint")} error={errors.name} optional>
        <Input
          value={draft.name}
          placeholder={placeholder || t("namePlaceholder")}
          onBlur={() => onLeave("name")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      {sites.length > 1 && (
        <Field label={t("site")} error={errors.siteId}>
          <Select
            value={site.id}
            disabled={isFixed}
            onValueChange={chooseSite}
            options={sites.map((one) => ({ value: one.id, label: one.name, description: one.host }))}
          />
        </Field>
      )}
    </div>
  );
}
