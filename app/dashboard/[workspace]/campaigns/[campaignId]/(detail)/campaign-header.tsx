"use client";

import { Ban, CalendarClock, Copy, Pause, Pencil, Play, RotateCcw, Send } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { CampaignType, NewCampaignInput } from "#lib/campaigns/schema.ts";
import { formatNumber } from "#lib/format.ts";
import { scheduleCampaignAction, sendCampaignAction } from "../../actions.ts";
import { CampaignMenu, CancelDialog } from "../../campaign-menu.tsx";
import { runsByItself } from "../../composer/triggers/trigger-draft.ts";
import type { Launch } from "../../launch-dialog.tsx";
import { type CampaignAction, isLegal } from "../../legal-actions.ts";
import { useCampaignActions } from "../../use-campaign-actions.ts";
import { type ProgressWire, useLiveStatus, useStatusFeed } from "./live-status.ts";

// Loaded when somebody is about to send.
const LaunchDialog = dynamic(() => import("../../launch-dialog.tsx").then((file) => file.LaunchDialog), { ssr: false });

export type HeaderCampaign = {
  id: string;
  name: string;
  type: CampaignType;
  isArchived: boolean;
  /** It has variants, or holds people out. */
  isTest: boolean;
  /** It cannot be sent as it is. */
  needsApproval: boolean;
  site: { name: string; timezone: string };
  /** What a send would send. */
  input: NewCampaignInput;
  /** Its time, ISO. */
  nextRunAt: string | null;
};

/** Name, state, and what can be done with the campaign now; stays current while it runs. */
export function CampaignHeader({
  workspaceId,
  base,
  campaign,
  progress: initial,
}: {
  workspaceId: string;
  base: string;
  campaign: HeaderCampaign;
  progress: ProgressWire;
}) {
  const t = useTranslations("campaigns");
  const router = useRouter();
  const tExperiment = useTranslations("experiment");
  const tDrip = useTranslations("campaigns.drip");
  const locale = useLocale();
  const { data: progress } = useLiveStatus(workspaceId, campaign.id, initial);
  useStatusFeed(campaign.id, initial, progress);
  const actions = useCampaignActions(workspaceId, base, campaign.id);
  const [pending, startTransition] = useTransition();
  const [asking, setAsking] = useState<"cancel" | "retry">();
  const [launch, setLaunch] = useState<Launch | null>(null);

  const { status, counts } = progress;
  const { id, name, type, isArchived, site, input } = campaign;
  const path = `${base}/campaigns/${id}`;
  const repeats = runsByItself(type);
  const at = campaign.nextRunAt ? new Date(campaign.nextRunAt) : null;
  const can = (action: CampaignAction) =>
    isLegal(action, status, type) &&
    (action !== "retry" || counts.failed > 0) &&
    !(campaign.needsApproval && (action === "send" || action === "schedule"));
  const menuCampaign = { id, name, type, status, isArchived, counts };
  const [pressed, setPressed] = useState<CampaignAction>();
  const press = (action: "pause" | "resume" | "duplicate") => ({
    pending: pending && pressed === action,
    onClick: () => {
      setPressed(action);
      startTransition(async () => {
        await actions[action]();
      });
    },
  });

  const start = async (when: Date | null) => {
    const result =
      when || repeats
        ? await scheduleCampaignAction(workspaceId, { id, ...(when && { at: when.toISOString() }) })
        : await sendCampaignAction(workspaceId, { id });
    if (result.ok) toast.success(t(repeats ? "done.switchedOn" : when ? "done.scheduled" : "done.sent"));
    return result;
  };
  const localAt = input.trigger?.type === "one_time" ? input.trigger.localAt : undefined;
  // A local time is chosen where the campaign is written.
  const plan = (picksTime: "schedule" | "reschedule") =>
    localAt === undefined ? setLaunch({ name, site, campaign: input, at, picksTime }) : router.push(`${path}/edit`);

  return (
    <>
      <PageHeader
        title={name}
        badge={
          <span role="status" className="contents">
            <StatusBadge status={status} />
          </span>
        }
        crumbs={[{ label: name }]}
        action={
          <>
            {can("cancel") && status !== "scheduled" && (
              <Button variant="danger-quiet" onClick={() => setAsking("cancel")}>
                <Ban aria-hidden="true" />
                {t("actions.cancel")}
              </Button>
            )}
            {can("pause") && (
              <Button {...press("pause")}>
                <Pause aria-hidden="true" />
                {t("actions.pause")}
              </Button>
            )}
            {can("schedule") && (
              <Button
                onClick={() => (repeats ? setLaunch({ name, site, campaign: input, at: null }) : plan("schedule"))}
                variant={repeats ? "primary" : "secondary"}
              >
                <CalendarClock aria-hidden="true" />
                {t(repeats ? "actions.switchOn" : "actions.schedule")}
              </Button>
            )}
            {can("reschedule") && (
              <Button onClick={() => plan("reschedule")}>
                <CalendarClock aria-hidden="true" />
                {t("actions.reschedule")}
              </Button>
            )}
            {can("edit") && (
              <Button asChild>
                <Link href={`${path}/edit`}>
                  <Pencil aria-hidden="true" />
                  {t("actions.edit")}
                </Link>
              </Button>
            )}
            {can("retry") && (
              <Button onClick={() => setAsking("retry")}>
                <RotateCcw aria-hidden="true" />
                {t("actions.retry", { count: counts.failed })}
              </Button>
            )}
            {can("resume") && (
              <Button variant="primary" {...press("resume")}>
                <Play aria-hidden="true" />
                {t("actions.resume")}
              </Button>
            )}
            {can("send") && (
              <Button
                variant={status === "draft" ? "primary" : "secondary"}
                onClick={() => setLaunch({ name, site, campaign: input, at: null })}
              >
                <Send aria-hidden="true" />
                {t("actions.send")}
              </Button>
            )}
            {["completed", "failed", "cancelled"].includes(status) && (
              <Button {...press("duplicate")}>
                <Copy aria-hidden="true" />
                {t("actions.duplicate")}
              </Button>
            )}
            <CampaignMenu
              workspaceId={workspaceId}
              base={base}
              campaign={menuCampaign}
              without={[
                "open",
                "edit",
                "pause",
                "resume",
                ...(status === "scheduled" ? [] : (["cancel"] as const)),
                ...(["completed", "failed", "cancelled"].includes(status) ? (["duplicate"] as const) : []),
              ]}
            />
          </>
        }
      />
      <div className="mb-5">
        <TabLinks
          label={t("tabs.label")}
          links={[
            { href: path, label: t("tabs.overview") },
            {
              href: `${path}/messages`,
              label: t("tabs.messages"),
              ...(counts.recipients > 0 && { count: formatNumber(counts.recipients, locale) }),
            },
            ...(campaign.isTest ? [{ href: `${path}/experiment`, label: tExperiment("tab") }] : []),
            ...(campaign.type === "triggered" ? [{ href: `${path}/history`, label: tDrip("historyTab") }] : []),
            { href: `${path}/content`, label: t("tabs.content") },
            { href: `${path}/proof`, label: t("tabs.proof") },
          ]}
        />
      </div>
      <CancelDialog
        campaign={menuCampaign}
        open={asking === "cancel"}
        onClose={() => setAsking(undefined)}
        onConfirm={actions.cancel}
      />
      <ConfirmDialog
        open={asking === "retry"}
        onOpenChange={(open) => !open && setAsking(undefined)}
        title={t("confirm.retryTitle", { count: counts.failed })}
        description={t("confirm.retryText")}
        confirmLabel={t("confirm.retryAction")}
        tone="primary"
        onConfirm={actions.retry}
      />
      {launch && (
        <LaunchDialog workspaceId={workspaceId} launch={launch} onClose={() => setLaunch(null)} onConfirm={start} />
      )}
    </>
  );
}
