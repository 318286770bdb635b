"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { QuietHours } from "#lib/sites/schema.ts";
import { updateSubscriberAction } from "../actions.ts";

const usual: QuietHours = { from: "22:00", to: "08:00" };

/** When this person wants no messages, by their own clock. */
export function QuietHoursEditor({
  workspaceId,
  id,
  quietHours,
  mayChange,
}: {
  workspaceId: string;
  id: string;
  quietHours: QuietHours | null;
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers.quiet");
  const [draft, setDraft] = useState(quietHours);
  const [pending, startTransition] = useTransition();
  const isWrong = draft !== null && (!draft.from || !draft.to || draft.from === draft.to);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(quietHours);
  const save = (next: QuietHours | null) =>
    startTransition(async () => {
      const result = await updateSubscriberAction(workspaceId, { id, changes: { quietHours: next } });
      if (result.ok) toast.success(t("saved"));
      else toast.error(t("failed"), { description: result.message });
    });
  return (
    <Card>
      <div className="grid gap-3">
        <Switch
          label={t("title")}
          description={t("text")}
          checked={draft !== null}
          disabled={!mayChange || pending}
          onCheckedChange={(isOn) => {
            setDraft(isOn ? usual : null);
            if (!isOn && quietHours !== null) save(null);
          }}
        />
        {draft && (
          <div className="grid grid-cols-[1fr_1fr_auto] items-start gap-2">
            <Field label={t("from")} error={isWrong ? [t("wrong")] : undefined}>
              <Input
                type="time"
                value={draft.from}
                disabled={!mayChange}
                onChange={(event) => setDraft({ ...draft, from: event.target.value })}
              />
            </Field>
            <Field label={t("to")}>
              <Input
                type="time"
                value={draft.to}
                disabled={!mayChange}
                onChange={(event) => setDraft({ ...draft, to: event.target.value })}
              />
            </Field>
            {mayChange && (
              <Button className="mt-6.5" pending={pending} disabled={!isChanged || isWrong} onClick={() => save(draft)}>
                {t("save")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}
