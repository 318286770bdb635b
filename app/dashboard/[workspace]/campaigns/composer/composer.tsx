"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useState, useTransition } from "react";
import { contentErrors, contentOf } from "#components/content/content-draft.ts";
import { PayloadMeter } from "#components/content/payload-meter.tsx";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { PageHeader } from "#components/frame/page-header.tsx";
import { PreviewPanel } from "#components/notification-preview/preview-panel.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";
import { occasionOf } from "#lib/campaigns/schema.ts";
import { fillVariables, variablesOf } from "#lib/content/variables.ts";
import type { ActionResult } from "#lib/http/action.ts";
import {
  checkLinksAction,
  createCampaignAction,
  scheduleCampaignAction,
  sendCampaignAction,
  submitCampaignAction,
  updateCampaignAction,
} from "../actions.ts";
import type { Launch } from "../launch-dialog.tsx";
import {
  type CampaignDraft,
  type ComposedCampaign,
  type ComposerSite,
  campaignOf,
  checkable,
  draftErrors,
  instantOf,
  localTimeOf,
  nameOf,
  signatureOf,
} from "./campaign-draft.ts";
import { ChecksPanel } from "./checks.tsx";
import { contentAt, contentsFields, firstPlace, type Place, placeIn, placesOf, prefixOf } from "./contents-draft.ts";
import { LeaveGuard } from "./leave-guard.tsx";
import { AudiencePicker } from "./parts/audience.tsx";
import { ContentPart } from "./parts/content.tsx";
import { ReachExplained } from "./parts/reach.tsx";
import type { PickableTemplate } from "./parts/template-picker.tsx";
import { SendTest } from "./send-test.tsx";
import { hasSteps, ofStep } from "./step-drafts.ts";
import { useDraftWords } from "./triggers/draft-words.ts";
import { itemContent, sampleValues } from "./triggers/rss-draft.ts";
import { isTriggerField, runsByItself, type TriggerType } from "./triggers/trigger-draft.ts";
import { TriggerPart } from "./triggers/trigger-editor.tsx";
import { usePreflight } from "./use-preflight.ts";
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
export function Composer({ workspaceId, base, campaign, initial, sites, templates, storageName }: ComposerProps) {
  const t = useTranslations("campaigns.composer");
  const tRss = useTranslations("campaigns.rss");
  const tDone = useTranslations("campaigns.done");
  const tApproval = useTranslations("approvals");
  const router = useRouter();
  const [draft, setDraft] = useState(initial);
  const [saved, setSaved] = useState(initial);
  const [step, setStep] = useState<StepName>("content");
  const [wished, setPlace] = useState<Place>(firstPlace);
  const [launch, setLaunch] = useState<Launch | null>(null);
  const [pending, startTransition] = useTransition();

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
  const isScheduled = campaign?.status === "scheduled";
  const repeats = runsByItself(draft.trigger.type);
  const problems = Object.keys(found).length;

  const showProblems = () => {
    fields.showAll();
    // A text that is not on the screen is brought there.
    const isWrong = (at: Place) =>
      Object.keys(found).some(
        (field) => field === `${prefixOf(draft, at)}title` || field === `${prefixOf(draft, at)}message`,
      );
    const wrong = placesOf(draft).find(isWrong);
    if (wrong && !isWrong(placeIn(draft, wished))) setPlace(wrong);
    setStep(Object.keys(found).every(isTriggerField) ? "audience" : "content");
    // After the errors are drawn.
    requestAnimationFrame(() => {
      const field = document.querySelector<HTMLElement>("main [aria-invalid=true]");
      field?.focus({ preventScroll: true });
      field?.scrollIntoView({ block: "center" });
    });
    toast.error(t("wrongFields", { count: problems }));
  };

  /** The buttons rest until the other page is there: a second press would make a second campaign. */
  const leaveTo = (path: string) => startTransition(() => router.replace(`${base}/campaigns/${path}`));

  /** Writes the draft to the server. */
  const store = async (): Promise<ActionResult<{ id: string }>> => {
    const { trigger, ...rest } = campaignOf(draft, site.timezone);
    const result = campaign
      ? await updateCampaignAction(workspaceId, {
          id: campaign.id,
          // A scheduled one-time campaign keeps its time here; it is moved by scheduling it again.
          changes: {
            ...rest,
            ...(isScheduled && !repeats ? {} : { trigger }),
            ...(isOn && hasSteps(draft) ? { enrolled: draft.enrolled } : {}),
          },
        })
      : await createCampaignAction(workspaceId, { ...rest, trigger });
    if (result.ok) {
      setSaved(draft);
      stored.forget();
    } else {
      fields.showServers(result.fields && contentsFields(ofStep(result.fields, hasSteps(draft) ? draft.stepAt : 0)));
    }
    return result;
  };

  const save = () => {
    if (problems > 0) return showProblems();
    startTransition(async () => {
      const result = await store();
      if (!result.ok) return void toast.error(t("saveFailed"), { description: result.message });
      const at = instantOf(draft, site.timezone);
      if (isScheduled && at && JSON.stringify(draft.trigger) !== JSON.stringify(saved.trigger)) {
        const moved = await scheduleCampaignAction(workspaceId, { id: result.data.id, ...timeOf(at) });
        if (!moved.ok) {
          setSaved({ ...draft, trigger: saved.trigger });
          fields.showServers(moved.fields && contentsFields(moved.fields));
          return void toast.error(t("saveFailed"), { description: moved.message });
        }
      }
      toast.success(tDone("saved"));
      if (!campaign) leaveTo(`${result.data.id}/edit`);
    });
  };

  const localAt = localTimeOf(draft);
  /** What a schedule is asked for: an instant, or a wall time everywhere. */
  const timeOf = (at: Date) => (localAt === undefined ? { at: at.toISOString() } : { localAt });

  const checkLinks = async (): Promise<string[] | null> => {
    const answer = await checkLinksAction(workspaceId, campaignOf(draft, site.timezone)).catch(() => null);
    return answer?.ok ? answer.data : null;
  };

  /** Saves, and asks an admin to look at it. */
  const submit = () => {
    if (problems > 0) return showProblems();
    startTransition(async () => {
      const result = await store();
      if (!result.ok) return void toast.error(t("saveFailed"), { description: result.message });
      const asked = await submitCampaignAction(workspaceId, { id: result.data.id });
      if (!asked.ok) {
        toast.error(tApproval("notAsked"), { description: asked.message });
        if (!campaign) leaveTo(`${result.data.id}/edit`);
        return;
      }
      toast.success(tApproval("asked"));
      leaveTo(result.data.id);
    });
  };
  const needsApproval = !isOn && preflight.result?.needsApproval === true && !(campaign?.isApproved && !isDirty);

  const review = () => {
    if (problems > 0) return showProblems();
    setLaunch({
      name: nameOf(draft),
      site,
      campaign: campaignOf(draft, site.timezone),
      at: instantOf(draft, site.timezone),
    });
  };

  /** Sends, schedules, or switches on what runs by itself. */
  const send = async (at: Date | null): Promise<ActionResult<unknown>> => {
    const result = await store();
    if (!result.ok) return result;
    const { id } = result.data;
    const sent =
      at || repeats
        ? await scheduleCampaignAction(workspaceId, { id, ...(at && timeOf(at)) })
        : await sendCampaignAction(workspaceId, { id });
    if (sent.ok) {
      toast.success(tDone(repeats ? "switchedOn" : at ? "scheduled" : "sent"));
      leaveTo(id);
      return sent;
    }
    toast.error(t("sendFailed"), { description: sent.message });
    // It is a draft on the server now; a second try must change that one.
    if (!campaign) leaveTo(`${id}/edit`);
    return sent;
  };

  const place = placeIn(draft, wished);
  const content = contentAt(draft, place);
  const contentIsSendable = Object.keys(contentErrors(content, occasionOf(draft.trigger.type))).length === 0;
  const sample = sampleValues(draft.trigger, site.feeds);
  const usesVariables = variablesOf(`${content.title} ${content.message}`).length > 0;
  const buttons = (
    <>
      <Button onClick={save} pending={pending} disabled={Boolean(campaign) && !isDirty}>
        {t(isOn ? "saveChanges" : "saveDraft")}
      </Button>
      {needsApproval && (
        <Button variant="primary" onClick={submit} disabled={pending}>
          {tApproval("ask")}
        </Button>
      )}
      {!needsApproval && (!isOn || !repeats) && (
        <Button variant="primary" onClick={review} disabled={pending}>
          {t(repeats ? "reviewOn" : instantOf(draft, site.timezone) ? "reviewLater" : "review")}
        </Button>
      )}
    </>
  );

  return (
    <>
      <LeaveGuard active={isDirty && !pending && !launch} />
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
      <div className="mb-5 grid gap-3 empty:hidden">
        {stored.restoredAt !== null && isDirty && (
          <Callout
            title={t("restored")}
            actions={
              <Button
                size="sm"
                onClick={() => {
                  setDraft(saved);
                  stored.forget();
                  fields.reset();
                }}
              >
                {t("discard")}
              </Button>
            }
          >
            {t.rich("restoredText", { time: () => <Time at={stored.restoredAt ?? 0} /> })}
          </Callout>
        )}
        {isOn && <Callout>{t(repeats ? "runningNote" : "scheduledNote")}</Callout>}
      </div>
      <StepBar step={step} onStep={setStep} />
      <div className="grid gap-x-6 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_21.5rem_17.5rem]">
        <Step name="content" current={step} label={t("contentTitle")} className="lg:row-span-2 xl:row-span-1">
          <div className="grid gap-5">
            <div className={cn("grid gap-5", sites.length > 1 && "sm:grid-cols-2")}>
              <Field label={t("name")} hint={t("nameHint")} error={fields.errors.name} optional>
                <Input
                  value={draft.name}
                  placeholder={fillVariables(content.title, {}) || t("namePlaceholder")}
                  onBlur={() => fields.leave("name")}
                  onChange={(event) => set({ name: event.target.value })}
                />
              </Field>
              {sites.length > 1 && (
                <Field label={t("site")} error={fields.errors.siteId}>
                  <Select
                    value={site.id}
                    onValueChange={(siteId) => set({ siteId })}
                    options={sites.map((one) => ({ value: one.id, label: one.name, description: one.host }))}
                  />
                </Field>
              )}
            </div>
            <ContentPart
              draft={draft}
              onChange={set}
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
          <div className="grid gap-4 xl:sticky xl:top-32">
            <PreviewPanel
              title={fillVariables(content.title, sample)}
              message={fillVariables(content.message, sample)}
              iconUrl={content.iconUrl || site.iconUrl}
              imageUrl={content.imageUrl || (sample["item.image"] ?? "")}
              siteHost={site.host}
              siteName={site.name}
              actions={content.actions.filter((action) => action.title !== "")}
              requireInteraction={draft.requireInteraction}
            />
            {usesVariables && (
              <p className="text-sm text-muted-foreground">
                {Object.keys(sample).length > 0 ? tRss("sample") : t("previewVariables")}
              </p>
            )}
            {preflight.result && (
              <PayloadMeter bytes={preflight.result.payloadBytes} maxBytes={preflight.result.maxPayloadBytes} />
            )}
            <SendTest
              workspaceId={workspaceId}
              siteId={site.id}
              content={contentIsSendable ? contentOf(content) : null}
            />
          </div>
        </Step>
        <Step name="audience" current={step}>
          <div className="grid gap-7 xl:sticky xl:top-32">
            <AudiencePicker
              workspaceId={workspaceId}
              draft={draft}
              onChange={(audience) => set({ audience })}
              site={site}
              recipients={preflight.result?.recipients ?? null}
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
            />
            <ChecksPanel preflight={preflight} missing={missing} onCheckLinks={problems === 0 ? checkLinks : null} />
          </div>
        </Step>
      </div>
      <StepFooter step={step} onStep={setStep}>
        {buttons}
      </StepFooter>
      {launch && (
        <LaunchDialog workspaceId={workspaceId} launch={launch} onClose={() => setLaunch(null)} onConfirm={send} />
      )}
    </>
  );
}

/** The usual audience of a type, where the one chosen before does not fit it. */
function audienceFor(type: TriggerType, audience: Audience): { audience: Audience } | undefined {
  if (type === "triggered") return { audience: { type: "event_subject" } };
  const fits = type === "welcome" ? audience.type === "all" && !audience.exclude : audience.type !== "event_subject";
  return fits ? undefined : { audience: { type: "all" } };
}

/** What must still be written, for the list of checks; shown errors of fields stand at the fields. */
function missingIn(
  draft: CampaignDraft,
  found: Record<string, string[]>,
  t: ReturnType<typeof useTranslations<"campaigns.composer">>,
): string[] {
  const { title, message } = contentAt(draft, firstPlace);
  const missing = [
    ...(title.trim() === "" ? [t("missingTitle")] : []),
    ...(message.trim() === "" ? [t("missingMessage")] : []),
    ...Object.keys(found)
      .filter(isTriggerField)
      .flatMap((field) => found[field] ?? []),
  ];
  const told = new Set([
    ...Object.keys(found).filter(isTriggerField),
    ...(title.trim() === "" ? [`${prefixOf(draft, firstPlace)}title`] : []),
    ...(message.trim() === "" ? [`${prefixOf(draft, firstPlace)}message`] : []),
  ]);
  const others = Object.keys(found).filter((name) => !told.has(name)).length;
  return others > 0 ? [...missing, t("wrongFields", { count: others })] : missing;
}
