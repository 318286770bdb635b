"use client";

import dynamic from "next/dynamic";
import { ContentEditor } from "#components/content/content-editor.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { occasionOf } from "#lib/campaigns/occasion.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";
import { contentAt, type Place, prefixOf, withContentAt } from "../contents-draft.ts";
import { hasSteps } from "../step-drafts.ts";
import { useEventNames } from "../triggers/event-field.tsx";
import { ContentsBar } from "./contents.tsx";
import { DripSteps } from "./drip-steps.tsx";
import { MoreOptions } from "./more-options.tsx";
import { SendingOptions } from "./sending-options.tsx";
import type { PickableTemplate } from "./template-picker.tsx";

// Not needed to begin writing.
const TemplatePicker = dynamic(() => import("./template-picker.tsx").then((file) => file.TemplatePicker), {
  ssr: false,
  loading: () => <Skeleton className="h-8" />,
});

/** What the campaign says: from a template or written here, and how it is sent. */
export function ContentPart({
  workspaceId,
  draft,
  onChange,
  onLeave,
  site,
  templates,
  place,
  onPlace,
  errors,
  isOn,
}: {
  workspaceId: string;
  draft: CampaignDraft;
  onChange: (part: Partial<CampaignDraft>) => void;
  onLeave: (field: string) => void;
  site: ComposerSite;
  templates: PickableTemplate[];
  /** The text on the screen. */
  place: Place;
  onPlace: (place: Place) => void;
  errors: FieldErrors;
  isOn: boolean;
}) {
  const content = contentAt(draft, place);
  const event = draft.trigger.type === "triggered" ? draft.trigger.event.trim() : undefined;
  const known = useEventNames(workspaceId).find(({ name }) => name === event);
  const prefix = prefixOf(draft, place);
  const ownErrors = Object.fromEntries(
    Object.entries(errors).flatMap(([field, messages]) =>
      field.startsWith(prefix) ? [[field.slice(prefix.length), messages]] : [],
    ),
  );
  return (
    <>
      {hasSteps(draft) && <DripSteps draft={draft} onChange={onChange} onLeave={onLeave} errors={errors} isOn={isOn} />}
      {templates.length > 0 && (
        <TemplatePicker
          templates={templates}
          hasText={content.title !== "" || content.message !== ""}
          onPick={(template) =>
            onChange({ ...withContentAt(draft, place, template.content), name: draft.name || template.name })
          }
        />
      )}
      <ContentsBar
        draft={draft}
        onChange={onChange}
        place={place}
        onPlace={onPlace}
        onLeave={onLeave}
        errors={errors}
      />
      <ContentEditor
        value={content}
        onValueChange={(next) => onChange(withContentAt(draft, place, next))}
        onLeave={(field) => onLeave(prefix + field)}
        errors={ownErrors}
        occasion={occasionOf(draft.trigger.type)}
        eventVariables={Object.entries(known?.variables ?? {})}
        defaults={{ url: site.url, iconUrl: site.iconUrl, utm: site.utm }}
      />
      <SendingOptions
        draft={draft.sending}
        onChange={(part) => onChange({ sending: { ...draft.sending, ...part } })}
        site={site}
        hasVariants={draft.variants.length > 0}
        isPersonal={hasSteps(draft)}
        errors={errors}
      />
      <MoreOptions draft={draft} onChange={onChange} site={site} errors={errors} />
    </>
  );
}
