"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useState } from "react";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Launch } from "../launch-dialog.tsx";
import { audienceFor } from "./audience-for.ts";
import { BehindDialog } from "./behind-dialog.tsx";
import {
  type CampaignDraft,
  type ComposedCampaign,
  type ComposerSite,
  campaignOf,
  checkable,
  draftErrors,
  instantOf,
  nameOf,
  nameWithout,
  signatureOf,
} from "./campaign-draft.ts";
import { ChecksPanel } from "./checks.tsx";
import { contentAt, firstPlace, type Place, placeIn } from "./contents-draft.ts";
import { focusFirstError, missingIn, wrongPlace } from "./missing-in.ts";
import { AudiencePicker } from "./parts/audience.tsx";
import { ContentPart } from "./parts/content.tsx";
import { DraftNotes } from "./parts/draft-notes.tsx";
import { NameAndSite } from "./parts/name-and-site.tsx";
import { PreviewPart } from "./parts/preview.tsx";
import { ReachExplained } from "./parts/reach.tsx";
import type { PickableTemplate } from "./parts/template-picker.tsx";
import { hasSteps } from "./step-drafts.ts";
import { useDraftWords } from "./triggers/draft-words.ts";
import { itemContent } from "./triggers/rss-draft.ts";
import { isTriggerField, runsByItself } from "./triggers/trigger-draft.ts";
import { TriggerPart } from "./triggers/trigger-editor.tsx";
import { usePreflight } from "./use-preflight.ts";
import { useSaving } from "./use-saving.ts";
import { useStoredDraft } from "./use-stored-draft.ts";
import { Step, StepBar, StepFooter, type StepName } from "./wizard.tsx";

// Not needed to begin writing.
const LaunchDialog = dynamic(() => import("../launch-dialog.tsx").then((file) => file.LaunchDialog), { ssr: false });

export type ComposerProps = {
  workspaceId: string;
  /** The workspace's address. */
  base: string;
  /** None for a new campaign. */
  campaign?: ComposedCampaign;
  initial: CampaignDraft;
  /** One at least. */
  sites: [ComposerSite, ...ComposerSite[]];
  templates: PickableTemplate[];
  /** Tells this text apart from others kept in the browser. */
  storageName: string;
};

/** Where a campaign is written: content, preview, audience and time, all of it checked while one types. */
export function Composer(props: ComposerProps) {
  return (
    <LiveQueries>
      <Writing {...props} />
    </LiveQueries>
  );
}

function Writing({ workspaceId, base, campaign, initial, sites, templates, storageName }: ComposerProps) {
  const t = useTranslations("campaigns.composer");
  const tApproval = useTranslations("approvals");
  const [draft, setDraft] = useState(initial);
  const [saved, setSaved] = useState(initial);
  const [step, setStep] = useState<StepName>("content");
  const [wished, setPlace] = useState<Place>(firstPlace);
  const [launch, setLaunch] = useState<Launch | null>(null);
  const [isBehind, setIsBehind] = useState(false);

  const site = sites.find((one) => one.id === draft.siteId) ?? sites[0];
  const isDirty = useMemo(() => signatureOf(draft) !== signatureOf(saved), [draft, saved]);
  const stored = useStoredDraft(storageName, isDirty ? draft : null, setDraft);
  const set = useCallback((part: Partial<CampaignDraft>) => setDraft((before) => ({ ...before, ...part })), []);

  const words = useDraftWords();
  const found = useMemo(() => draftErrors(draft, site.timezone, words), [draft, site.timezone, words]);
  const fields = useFieldErrors(found, draft);
  const preflight = usePreflight(workspaceId, checkable(draft, site.timezone, found));
  const missing = useMemo(() => missingIn(draft, found, t), [draft, found, t]);
  const isOn = campaign !== undefined && campaign.status !== "draft";
  const repeats = runsByItself(draft.trigger.type);
  // Whoever is inside was let in by this site and audience.
  const keepsPeople =
    (campaign?.status === "running" || campaign?.status === "paused") &&
    (draft.trigger.type === "welcome" || draft.trigger.type === "triggered");
  const problems = Object.keys(found).length;

  const showProblems = () => {
    fields.showAll();
    // A text that is not on the screen is brought there.
    const wrong = wrongPlace(draft, found, placeIn(draft, wished));
    if (wrong) setPlace(wrong);
    setStep(Object.keys(found).every(isTriggerField) ? "audience" : "content");
    focusFirstError();
    toast.error(t("wrongFields", { count: problems }));
  };

  const { pending, save, submit, send, checkLinks } = useSaving({
    workspaceId,
    base,
    campaign,
    draft,
    saved,
    onSaved: (draft) => {
      setSaved(draft);
      set({ revision: draft.revision });
      stored.forget();
    },
    onBehind: () => {
      setLaunch(null);
      setIsBehind(true);
    },
    timeZone: site.timezone,
    fields,
  });
  /** Does it, unless something is wrong: then shows that. */
  const whenRight = (act: () => void) => () => (problems > 0 ? showProblems() : act());
  const needsApproval = !isOn && preflight.result?.needsApproval === true && !(campaign?.isApproved && !isDirty);

  const review = () =>
    setLaunch({
      name: nameOf(draft),
      site,
      campaign: campaignOf(draft, site.timezone),
      at: instantOf(draft, site.timezone),
    });

  const place = placeIn(draft, wished);
  const content = contentAt(draft, place);
  const buttons = (
    <>
      <Button onClick={whenRight(() => save())} pending={pending} disabled={Boolean(campaign) && !isDirty}>
        {t(isOn ? "saveChanges" : "saveDraft")}
      </Button>
      {needsApproval && (
        <Button variant="primary" onClick={whenRight(submit)} disabled={pending}>
          {tApproval("ask")}
        </Button>
      )}
      {!needsApproval && (!isOn || !repeats) && (
        <Button variant="primary" onClick={whenRight(review)} disabled={pending}>
          {t(repeats ? "reviewOn" : instantOf(draft, site.timezone) ? "reviewLater" : "review")}
        </Button>
      )}
    </>
  );

  return (
    <>
      <LeaveGuard active={isDirty && !pending && !launch} text={t("leaveText")} />
      <div className="lg:sticky lg:top-12 lg:z-10 lg:-mt-6 lg:mb-5 lg:bg-background lg:pt-5 lg:pb-3 lg:[&>header]:mb-0">
        <PageHeader
          title={t(campaign ? "editTitle" : "newTitle")}
          badge={
            <span role="status" className="text-sm text-muted-foreground">
              {isDirty ? t("unsaved") : campaign ? t("savedAt") : ""}
            </span>
          }
          crumbs={[
            ...(campaign ? [{ label: nameOf(saved), href: `${base}/campaigns/${campaign.id}` }] : []),
            { label: t(campaign ? "editTitle" : "newTitle") },
          ]}
          action={<div className="flex gap-2 max-lg:hidden">{buttons}</div>}
        />
      </div>
      <DraftNotes
        restoredAt={isDirty ? stored.restoredAt : null}
        onDiscard={() => {
          setDraft(saved);
          stored.forget();
          fields.reset();
        }}
        note={isOn ? t(repeats ? "runningNote" : "scheduledNote") : undefined}
      />
      <StepBar step={step} onStep={setStep} />
      <div className="grid gap-x-6 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_21.5rem_17.5rem]">
        <Step name="content" current={step} label={t("contentTitle")} className="lg:row-span-2 xl:row-span-1">
          <div className="grid gap-5">
            <NameAndSite
              draft={draft}
              onChange={set}
              onLeave={fields.leave}
              sites={sites}
              site={site}
              placeholder={nameWithout(draft)}
              isFixed={keepsPeople}
              errors={fields.errors}
            />
            <ContentPart
              workspaceId={workspaceId}
              draft={draft}
              onChange={(part) => {
                set(part);
                // Another step: nobody left its fields yet.
                if (part.stepAt !== undefined && part.stepAt !== draft.stepAt) fields.forget();
              }}
              onLeave={fields.leave}
              site={site}
              templates={templates}
              place={place}
              onPlace={setPlace}
              errors={fields.errors}
              isOn={isOn}
            />
          </div>
        </Step>
        <Step name="preview" current={step}>
          <PreviewPart
            workspaceId={workspaceId}
            draft={draft}
            content={content}
            site={site}
            preflight={preflight.result}
          />
        </Step>
        <Step name="audience" current={step}>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-7 xl:sticky xl:top-32">
            <AudiencePicker
              workspaceId={workspaceId}
              draft={draft}
              onChange={(audience) => set({ audience })}
              site={site}
              recipients={preflight.result?.recipients ?? null}
              isFixed={keepsPeople}
            />
            {preflight.result && <ReachExplained result={preflight.result} />}
            <TriggerPart
              workspaceId={workspaceId}
              draft={draft.trigger}
              onChange={(trigger) =>
                set({
                  trigger,
                  ...(audienceFor(trigger.type, draft.audience) ?? {}),
                  // A feed's campaign says what the item says, until somebody writes something else.
                  ...(trigger.type === "rss" && !content.title && !content.message && { content: itemContent }),
                })
              }
              onLeave={fields.leave}
              site={site}
              errors={fields.errors}
              isFixed={isOn}
              hasSteps={hasSteps(draft)}
            />
            <ChecksPanel preflight={preflight} missing={missing} onCheckLinks={problems === 0 ? checkLinks : null} />
          </div>
        </Step>
      </div>
      <StepFooter step={step} onStep={setStep}>
        {buttons}
      </StepFooter>
      {campaign && (
        <BehindDialog
          open={isBehind}
          onClose={() => setIsBehind(false)}
          theirs={`${base}/campaigns/${campaign.id}/content`}
          onOverwrite={() => save(true)}
        />
      )}
      {launch && (
        <LaunchDialog workspaceId={workspaceId} launch={launch} onClose={() => setLaunch(null)} onConfirm={send} />
      )}
    </>
  );
}
