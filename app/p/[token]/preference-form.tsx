"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { Time } from "#components/ui/time.tsx";
import type { PersonView, PreferenceChanges } from "#lib/privacy/schema.ts";
import type { QuietHours } from "#lib/sites/schema.ts";
import { changePreferencesAction, eraseAction } from "./actions.ts";
import { QuietHoursChoice } from "./quiet-hours-choice.tsx";

/** Pause, categories, unsubscribe, erase. Each acts at once and says so. */
export function PreferenceForm({
  token,
  isActive,
  isDeleted,
  pausedUntil,
  quietHours,
  categories,
  children,
}: {
  token: string;
  isActive: boolean;
  /** Off the sender's lists: nothing is left to choose but to be forgotten. */
  isDeleted: boolean;
  /** ISO instant. */
  pausedUntil: string | null;
  quietHours: QuietHours | null;
  categories: PersonView["categories"];
  /** What is kept; between what one may choose and the end. */
  children: ReactNode;
}) {
  const t = useTranslations("preferences");
  const router = useRouter();
  const [note, setNote] = useState<{ tone: "success" | "danger"; text: string }>();
  const [pending, startTransition] = useTransition();

  const change = (changes: PreferenceChanges, text: string) =>
    startTransition(async () => {
      const result = await changePreferencesAction(token, changes);
      setNote(result.ok ? { tone: "success", text } : { tone: "danger", text: result.message });
      if (result.ok) router.refresh();
    });

  return (
    <>
      {note && <Callout tone={note.tone}>{note.text}</Callout>}
      {isDeleted ? (
        <Callout title={t("removed.title")}>{t("removed.text")}</Callout>
      ) : (
        <section className="grid gap-4" aria-labelledby="choices">
          <h2 id="choices" className="text-base font-semibold">
            {t("choices")}
          </h2>
          <Switch
            label={t("all")}
            description={t(isActive ? "allOn" : "allOff")}
            checked={isActive}
            disabled={pending}
            onCheckedChange={(value) => change({ isActive: value }, t(value ? "subscribed" : "unsubscribed"))}
          />
          {isActive &&
            categories.map(({ key, name, wanted }) => (
              <Switch
                key={key}
                label={name}
                checked={wanted}
                disabled={pending}
                onCheckedChange={(value) => change({ preferences: { [key]: value } }, t("saved"))}
              />
            ))}
          {isActive && (
            <div className="grid gap-2 border-t border-border pt-4">
              <p className="font-medium">{t("pause.title")}</p>
              {pausedUntil ? (
                <div className="flex flex-wrap items-center gap-3">
                  <span className="text-muted-foreground">
                    {t("pause.until")} <Time at={pausedUntil} look="exact" />
                  </span>
                  <Button size="sm" disabled={pending} onClick={() => change({ pauseDays: 0 }, t("pause.ended"))}>
                    {t("pause.end")}
                  </Button>
                </div>
              ) : (
                <div className="flex flex-wrap gap-2">
                  {[1, 7, 30].map((days) => (
                    <Button
                      key={days}
                      size="sm"
                      disabled={pending}
                      onClick={() => change({ pauseDays: days }, t("pause.begun", { days }))}
                    >
                      {t("pause.for", { days })}
                    </Button>
                  ))}
                </div>
              )}
            </div>
          )}
          {isActive && (
            <QuietHoursChoice
              quietHours={quietHours}
              disabled={pending}
              onChange={(hours) => change({ quietHours: hours }, t(hours ? "quiet.saved" : "quiet.ended"))}
            />
          )}
        </section>
      )}
      {children}
      <section className="grid justify-items-start gap-2 border-t border-border pt-6" aria-labelledby="erase">
        <h2 id="erase" className="text-base font-semibold">
          {t("erase.title")}
        </h2>
        <p className="text-muted-foreground">{t("erase.text")}</p>
        <ConfirmDialog
          trigger={<Button variant="danger">{t("erase.open")}</Button>}
          title={t("erase.ask")}
          description={t("erase.askText")}
          confirmLabel={t("erase.confirm")}
          onConfirm={async () => {
            const result = await eraseAction(token);
            if (result.ok) router.refresh();
            else setNote({ tone: "danger", text: result.message });
            return result.ok;
          }}
        />
      </section>
    </>
  );
}
