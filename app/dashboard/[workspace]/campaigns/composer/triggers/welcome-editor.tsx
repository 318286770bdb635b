"use client";

import { useTranslations } from "next-intl";
import { EventField } from "./event-field.tsx";
import type { TriggerEditorProps } from "./trigger-editor.tsx";
import type { WelcomeDraft } from "./triggered-draft.ts";

/** A welcome begins by itself; what can be said is when it ends early. */
export function WelcomeEditor({ workspaceId, draft, onChange, onLeave, errors }: TriggerEditorProps<WelcomeDraft>) {
  const t = useTranslations("campaigns.drip");
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted-foreground">{t("welcomeText")}</p>
      <EventField
        workspaceId={workspaceId}
        label={t("stopEvent")}
        hint={t("stopEventHint")}
        optional
        value={draft.stopEvent}
        onChange={(stopEvent) => onChange({ ...draft, stopEvent })}
        onLeave={() => onLeave("trigger.stopEvent")}
        error={errors["trigger.stopEvent"]}
      />
    </div>
  );
}
