"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import type { useFieldErrors } from "#components/content/use-field-errors.ts";
import { toast } from "#components/ui/toast.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { ActionResult } from "#lib/http/action.ts";
import {
  checkLinksAction,
  createCampaignAction,
  scheduleCampaignAction,
  sendCampaignAction,
  submitCampaignAction,
  updateCampaignAction,
} from "../actions.ts";
import { type CampaignDraft, type ComposedCampaign, campaignOf, instantOf, localTimeOf } from "./campaign-draft.ts";
import { contentsFields } from "./contents-draft.ts";
import { hasSteps, ofStep } from "./step-drafts.ts";
import { runsByItself } from "./triggers/trigger-draft.ts";

/**
 * Brings a draft to the server: saves it, asks for approval, sends or schedules it. What is refused is said at its field,
 * and in a toast.
 */
export function useSaving({
  workspaceId,
  base,
  campaign,
  draft,
  saved,
  onSaved,
  onBehind,
  timeZone,
  fields,
}: {
  workspaceId: string;
  /** The workspace's address. */
  base: string;
  campaign: ComposedCampaign | undefined;
  /** Without errors, when any of these is called. */
  draft: CampaignDraft;
  saved: CampaignDraft;
  /** What the server has from now on. */
  onSaved: (draft: CampaignDraft) => void;
  /** Somebody else saved the campaign since this draft began. */
  onBehind: () => void;
  /** The site's. */
  timeZone: string;
  fields: Pick<ReturnType<typeof useFieldErrors>, "showServers">;
}) {
  const t = useTranslations("campaigns.composer");
  const tDone = useTranslations("campaigns.done");
  const tApproval = useTranslations("approvals");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const isOn = campaign !== undefined && campaign.status !== "draft";
  const isScheduled = campaign?.status === "scheduled";
  const repeats = runsByItself(draft.trigger.type);

  /** The buttons rest until the other page is there: a second press would make a second campaign. */
  const leaveTo = (path: string) => startTransition(() => router.replace(`${base}/campaigns/${path}`));

  /** Writes the draft to the server; over what somebody else wrote since only if that is said. */
  const store = async (isOver = false): Promise<ActionResult<{ id: string; revision: number }>> => {
    const { trigger, ...rest } = campaignOf(draft, timeZone);
    const result = campaign
      ? await updateCampaignAction(workspaceId, {
          id: campaign.id,
          // A scheduled one-time campaign keeps its time here; it is moved by scheduling it again.
          changes: {
            ...rest,
            ...(!isOver && draft.revision !== null && { revision: draft.revision }),
            ...(isScheduled && !repeats ? {} : { trigger }),
            ...(isOn && hasSteps(draft) ? { enrolled: draft.enrolled } : {}),
          },
        })
      : await createCampaignAction(workspaceId, { ...rest, trigger });
    if (result.ok) {
      onSaved({ ...draft, revision: result.data.revision });
    } else if (result.fields?.revision) {
      onBehind();
    } else {
      fields.showServers(result.fields && contentsFields(ofStep(result.fields, hasSteps(draft) ? draft.stepAt : 0)));
    }
    return result;
  };

  const localAt = localTimeOf(draft);
  /** What a schedule is asked for: an instant, or a wall time everywhere. */
  const timeOf = (at: Date) => (localAt === undefined ? { at: at.toISOString() } : { localAt });

  /** What is asked about needs no toast. */
  const tellOf = (said: string, { message, fields }: { message: string; fields?: FieldErrors }) => {
    if (!fields?.revision) toast.error(said, { description: message });
  };

  const save = (isOver = false) => {
    startTransition(async () => {
      const result = await store(isOver);
      if (!result.ok) return tellOf(t("saveFailed"), result);
      const at = instantOf(draft, timeZone);
      if (isScheduled && at && JSON.stringify(draft.trigger) !== JSON.stringify(saved.trigger)) {
        const moved = await scheduleCampaignAction(workspaceId, { id: result.data.id, ...timeOf(at) });
        if (!moved.ok) {
          onSaved({ ...draft, revision: result.data.revision, trigger: saved.trigger });
          fields.showServers(moved.fields && contentsFields(moved.fields));
          return void toast.error(t("saveFailed"), { description: moved.message });
        }
      }
      toast.success(tDone("saved"));
      if (!campaign) leaveTo(`${result.data.id}/edit`);
    });
  };

  const checkLinks = async (): Promise<string[] | null> => {
    const answer = await checkLinksAction(workspaceId, campaignOf(draft, timeZone)).catch(() => null);
    return answer?.ok ? answer.data : null;
  };

  /** Saves, and asks an admin to look at it. */
  const submit = () => {
    startTransition(async () => {
      const result = await store();
      if (!result.ok) return tellOf(t("saveFailed"), result);
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

  return { pending, save, submit, send, checkLinks };
}
