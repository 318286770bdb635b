"use client";

import dynamic from "next/dynamic";
import { ContentEditor } from "#components/content/content-editor.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { occasionOf } from "#lib/campaigns/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";
import { MoreOptions } from "./more-options.tsx";
import type { PickableTemplate } from "./template-picker.tsx";

// Not needed to begin writing.
const TemplatePicker = dynamic(() => import("./template-picker.tsx").then((file) => file.TemplatePicker), {
  ssr: false,
  loading: () => <Skeleton className="h-8" />,
});

/** What the campaign says: from a template or written here, and how it is sent. */
export function ContentPart({
  draft,
  onChange,
  onLeave,
  site,
  templates,
  errors,
}: {
  draft: CampaignDraft;
  onChange: (part: Partial<CampaignDraft>) => void;
  onLeave: (field: string) => void;
  site: ComposerSite;
  templates: PickableTemplate[];
  errors: FieldErrors;
}) {
  const { content } = draft;
  return (
    <>
      {templates.length > 0 && (
        <TemplatePicker
          templates={templates}
          hasText={content.title !== "" || content.message !== ""}
          onPick={(template) => onChange({ content: template.content, name: draft.name || template.name })}
        />
      )}
      <ContentEditor
        value={content}
        onValueChange={(next) => onChange({ content: next })}
        onLeave={onLeave}
        errors={errors}
        occasion={occasionOf(draft.trigger.type)}
        defaults={{ url: site.url, iconUrl: site.iconUrl, utm: site.utm }}
      />
      <MoreOptions draft={draft} onChange={onChange} site={site} />
    </>
  );
}
