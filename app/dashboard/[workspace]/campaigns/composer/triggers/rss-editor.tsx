"use client";

import Link from "next/link";
import { useParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { RssDraft } from "./rss-draft.ts";
import type { TriggerEditorProps } from "./trigger-editor.tsx";

/** Which of the site's feeds; from it comes when something is sent. */
export function RssEditor({ draft, onChange, site, errors }: TriggerEditorProps<RssDraft>) {
  const t = useTranslations("campaigns.rss");
  const { workspace } = useParams<{ workspace: string }>();
  const manage = (
    <Link href={`/dashboard/${workspace}/feeds`} className="font-medium underline">
      {t("manage")}
    </Link>
  );
  if (site.feeds.length === 0) {
    return (
      <Callout title={t("none", { site: site.name })} actions={manage}>
        {t("noneText")}
      </Callout>
    );
  }
  return (
    <Field label={t("feed")} hint={t("hint")} error={errors["trigger.feedId"]} aside={manage}>
      <Select
        value={draft.feedId}
        placeholder={t("choose")}
        onValueChange={(feedId) => onChange({ type: "rss", feedId })}
        options={site.feeds.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Field>
  );
}
