"use client";

import { useTranslations } from "next-intl";
import { Select } from "#components/ui/select.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { ComposerSite } from "../campaign-draft.ts";
import { OneTimeEditor } from "./one-time-editor.tsx";
import { RecurringEditor } from "./recurring-editor.tsx";
import { RssEditor } from "./rss-editor.tsx";
import { newTrigger, type TriggerDraft, triggerTypes } from "./trigger-draft.ts";
import { TriggeredEditor } from "./triggered-editor.tsx";
import { WelcomeEditor } from "./welcome-editor.tsx";

/** What every editor of a trigger gets. */
export type TriggerEditorProps<Draft extends TriggerDraft> = {
  workspaceId: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** A field was left: its error may show. */
  onLeave: (field: string) => void;
  site: ComposerSite;
  errors: FieldErrors;
  /** The campaign has steps, each with a wait of its own. */
  hasSteps: boolean;
};

/** What starts the campaign: its type, and below it what that type asks for. */
export function TriggerPart({
  isFixed,
  ...props
}: Omit<TriggerEditorProps<TriggerDraft>, "onChange"> & {
  onChange: (draft: TriggerDraft) => void;
  /** It was switched on: the type stays. */
  isFixed: boolean;
}) {
  const t = useTranslations("campaigns.composer");
  const tType = useTranslations("campaigns.types");
  const { draft, onChange, site } = props;
  return (
    <section aria-label={t("timeTitle")} className="grid gap-2.5">
      <h2 className="text-base font-semibold">{t("timeTitle")}</h2>
      {triggerTypes.length > 1 && (
        <Select
          aria-label={t("type")}
          disabled={isFixed}
          value={draft.type}
          onValueChange={(value) => {
            const type = triggerTypes.find((each) => each === value);
            if (type && type !== draft.type) onChange(newTrigger(type, site.timezone, site.feeds));
          }}
          options={triggerTypes.map((type) => ({
            value: type,
            label: tType(`${type}.name`),
            description: tType(`${type}.text`),
          }))}
        />
      )}
      <Editor {...props} />
    </section>
  );
}

function Editor({ draft, ...rest }: TriggerEditorProps<TriggerDraft>) {
  switch (draft.type) {
    case "one_time":
      return <OneTimeEditor draft={draft} {...rest} />;
    case "recurring":
      return <RecurringEditor draft={draft} {...rest} />;
    case "rss":
      return <RssEditor draft={draft} {...rest} />;
    case "welcome":
      return <WelcomeEditor draft={draft} {...rest} />;
    case "triggered":
      return <TriggeredEditor draft={draft} {...rest} />;
  }
}
