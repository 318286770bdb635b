"use client";

import { useTranslations } from "next-intl";
import { useRef, useState, useTransition } from "react";
import { withoutPath } from "#components/content/content-draft.ts";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Section } from "#components/ui/card.tsx";
import { toast } from "#components/ui/toast.tsx";
import { updateSiteAction } from "../../actions.ts";
import { SaveBar } from "../../save-bar.tsx";
import { DeleteSite } from "./delete-site.tsx";
import { Basics, Delivery, Tracking, Value } from "./general-fields.tsx";
import { PreferenceFields } from "./preference-fields.tsx";
import { RestraintFields } from "./restraint-fields.tsx";
import { SecurityFields } from "./security-fields.tsx";
import { changesOf, draftOf, type SettingsSite } from "./settings-draft.ts";

/** All settings of a site as one form with one save. */
export function SettingsForm({
  workspaceId,
  base,
  site,
  mayChange,
}: {
  workspaceId: string;
  base: string;
  site: SettingsSite;
  mayChange: boolean;
}) {
  const t = useTranslations("sites.settings");
  const tRestraint = useTranslations("sites.restraint");
  const formRef = useRef<HTMLFormElement>(null);
  const [saved, setSaved] = useState(() => draftOf(site));
  const [draft, setDraft] = useState(saved);
  const [pending, startTransition] = useTransition();
  const fields = useFieldErrors({}, draft);
  const [refusal, setRefusal] = useState<{ text: string; about: unknown }>();
  const isDirty = JSON.stringify(draft) !== JSON.stringify(saved);

  const save = () =>
    startTransition(async () => {
      const result = await updateSiteAction(workspaceId, { id: site.id, changes: changesOf(draft) });
      if (result.ok) {
        const next = draftOf(result.data);
        setSaved(next);
        setDraft(next);
        toast.success(t("saved"));
        return;
      }
      fields.showServers(result.fields && withoutPath(withoutPath(result.fields, "changes"), "settings"));
      setRefusal({ text: result.fields ? t("marked") : result.message, about: draft });
      requestAnimationFrame(() => formRef.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    });

  const part = { draft, errors: fields.errors, change: setDraft };
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
        {!mayChange && <Callout className="mb-6">{t("readOnly")}</Callout>}
        <fieldset disabled={!mayChange} className="contents">
          <Section title={t("basics")} description={t("basicsText")}>
            <Basics {...part} />
          </Section>
          <Section title={t("delivery")} description={t("deliveryText")}>
            <Delivery {...part} />
          </Section>
          <Section title={tRestraint("title")} description={tRestraint("text")}>
            <RestraintFields {...part} mayChange={mayChange} />
          </Section>
          <Section title={t("tracking")} description={t("trackingText")}>
            <Tracking {...part} />
          </Section>
          <Section title={t("value")} description={t("valueText")}>
            <Value {...part} />
          </Section>
          <Section title={t("preferences")} description={t("preferencesText")}>
            <PreferenceFields {...part} mayChange={mayChange} />
          </Section>
          <Section title={t("security")} description={t("securityText")}>
            <SecurityFields {...part} site={site} mayChange={mayChange} />
          </Section>
        </fieldset>
        {mayChange && (
          <Section title={t("danger")} description={t("dangerText")}>
            <DeleteSite workspaceId={workspaceId} base={base} site={site} />
          </Section>
        )}
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
