"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useRef, useState, useTransition } from "react";
import { withoutPath } from "#components/content/content-draft.ts";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Prompt } from "#lib/sites/schema.ts";
import { updateSiteAction } from "../../actions.ts";
import { SaveBar } from "../../save-bar.tsx";
import { PreviewStage } from "./prompt-preview.tsx";

const positions = ["top", "center", "bottom"] as const;
const numbers = [
  { name: "delaySeconds", label: "delay", unit: "seconds", max: 600 },
  { name: "afterPageViews", label: "afterPageViews", unit: "pages", max: 50 },
  { name: "backOffDays", label: "backOff", unit: "days", max: 365 },
] as const;

/** Designs the question that visitors see before the browser's own, beside its live likeness. */
export function PromptDesigner({
  workspaceId,
  path,
  site,
  mayChange,
}: {
  workspaceId: string;
  path: string;
  site: { id: string; host: string; iconUrl: string | null; prompt: Prompt };
  mayChange: boolean;
}) {
  const t = useTranslations("sites.prompt");
  const tSettings = useTranslations("sites.settings");
  const formRef = useRef<HTMLFormElement>(null);
  const [saved, setSaved] = useState(site.prompt);
  const [draft, setDraft] = useState(site.prompt);
  const [pending, startTransition] = useTransition();
  const fields = useFieldErrors({}, draft);
  const [refusal, setRefusal] = useState<{ text: string; about: unknown }>();
  const isDirty = JSON.stringify(draft) !== JSON.stringify(saved);
  const change = (changes: Partial<Prompt>) => setDraft({ ...draft, ...changes });

  const save = () =>
    startTransition(async () => {
      const result = await updateSiteAction(workspaceId, { id: site.id, changes: { settings: { prompt: draft } } });
      if (result.ok) {
        setSaved(result.data.settings.prompt);
        setDraft(result.data.settings.prompt);
        toast.success(t("saved"), { description: t("savedText") });
        return;
      }
      fields.showServers(result.fields && withoutPath(result.fields, "changes.settings.prompt"));
      setRefusal({ text: result.fields ? tSettings("marked") : result.message, about: draft });
      requestAnimationFrame(() => formRef.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    });

  const word = (name: "title" | "accept" | "decline", label: "titleField" | "accept" | "decline") => (
    <Field label={t(label)} error={fields.errors[name]} required>
      <Input value={draft[name]} onChange={(event) => change({ [name]: event.target.value })} />
    </Field>
  );

  return (
    <>
      <LeaveGuard active={isDirty && !pending} />
      <form
        ref={formRef}
        noValidate
        className="[&_:is(input,button,textarea)]:scroll-mb-24"
        onSubmit={(event) => {
          event.preventDefault();
          if (isDirty && mayChange) save();
        }}
      >
        <p className="mb-5 max-w-2xl text-pretty text-muted-foreground">{t("intro")}</p>
        {!mayChange && <Callout className="mb-5">{t("readOnly")}</Callout>}
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
          <fieldset disabled={!mayChange} className="grid min-w-0 gap-5 max-lg:order-2">
            <Card>
              <Switch
                label={t("enabled")}
                description={t("enabledHint")}
                checked={draft.enabled}
                onCheckedChange={(enabled) => change({ enabled })}
              />
            </Card>
            <Card title={t("words")} description={t("wordsText")}>
              <div className="grid gap-4 pt-2">
                {word("title", "titleField")}
                <Field label={t("message")} error={fields.errors.message} required>
                  <Textarea
                    rows={3}
                    value={draft.message}
                    onChange={(event) => change({ message: event.target.value })}
                  />
                </Field>
                <div className="grid items-start gap-4 sm:grid-cols-2">
                  {word("decline", "decline")}
                  {word("accept", "accept")}
                </div>
              </div>
            </Card>
            <Card title={t("timing")} description={t("timingText")}>
              <div className="grid gap-4 pt-2">
                {numbers.map(({ name, label, unit, max }) => (
                  <Field
                    key={name}
                    label={t(label)}
                    error={fields.errors[name] && tSettings("number", { min: name === "afterPageViews" ? 1 : 0, max })}
                    {...(name === "afterPageViews" && { hint: t("afterPageViewsHint") })}
                  >
                    <div className="flex items-center gap-2">
                      <div className="w-24">
                        <Input
                          type="number"
                          inputMode="numeric"
                          min={name === "afterPageViews" ? 1 : 0}
                          max={max}
                          value={Number.isNaN(draft[name]) ? "" : draft[name]}
                          onChange={(event) => change({ [name]: event.target.valueAsNumber })}
                        />
                      </div>
                      <span className="text-muted-foreground">{t(unit)}</span>
                    </div>
                  </Field>
                ))}
              </div>
            </Card>
            <Card title={t("look")} description={t("lookText")}>
              <div className="grid gap-4 pt-2">
                <div className="grid justify-items-start gap-1.5">
                  <p className="font-medium">{t("position")}</p>
                  <Segmented
                    aria-label={t("position")}
                    value={draft.position}
                    onValueChange={(position) => change({ position })}
                    options={positions.map((value) => ({ value, label: t(`positions.${value}`) }))}
                  />
                </div>
                <Field label={t("colour")} hint={t("colourHint")} error={fields.errors.accentColor}>
                  <div className="flex items-center gap-2">
                    <input
                      type="color"
                      aria-label={t("colour")}
                      value={/^#[0-9a-f]{6}$/i.test(draft.accentColor) ? draft.accentColor : "#000000"}
                      onChange={(event) => change({ accentColor: event.target.value })}
                      className="h-8 w-10 shrink-0 rounded-md border border-input bg-background p-0.5 pointer-coarse:h-10"
                    />
                    <div className="w-32">
                      <Input
                        dir="ltr"
                        spellCheck={false}
                        className="font-mono"
                        value={draft.accentColor}
                        onChange={(event) => change({ accentColor: event.target.value.trim() })}
                      />
                    </div>
                  </div>
                </Field>
                <p className="text-sm text-muted-foreground">
                  {t.rich("iconHint", {
                    link: (chunks) => (
                      <Link href={`${path}/settings`} className="text-primary-text hover:underline">
                        {chunks}
                      </Link>
                    ),
                  })}
                </p>
              </div>
            </Card>
          </fieldset>
          <div className="min-w-0 max-lg:order-1 lg:sticky lg:top-18">
            <PreviewStage prompt={draft} iconUrl={site.iconUrl} host={site.host} />
          </div>
        </div>
        <SaveBar
          isDirty={isDirty}
          pending={pending}
          problem={refusal?.about === draft ? refusal.text : undefined}
          onDiscard={() => setDraft(saved)}
        />
      </form>
    </>
  );
}
