"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useOptimistic, useState, useTransition } from "react";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { CampaignStatus } from "#lib/campaigns/schema.ts";
import {
  pauseCampaignAction,
  resumeCampaignAction,
  scheduleCampaignAction,
  unscheduleCampaignAction,
} from "../campaigns/actions.ts";
import type { Launch } from "../campaigns/launch-dialog.tsx";

// Loaded when somebody is about to switch one on for the first time.
const LaunchDialog = dynamic(() => import("../campaigns/launch-dialog.tsx").then((file) => file.LaunchDialog), {
  ssr: false,
});

/**
 * On while it runs. Off pauses it, and takes what has not begun back to draft; on resumes it. Of a draft it asks first: whom
 * it reaches, and when.
 */
export function OnSwitch({
  workspaceId,
  id,
  name,
  status,
  disabled,
  launch,
}: {
  workspaceId: string;
  id: string;
  name: string;
  status: CampaignStatus;
  disabled: boolean;
  /** What a draft asks with. */
  launch: Launch | undefined;
}) {
  const t = useTranslations("automations");
  const tDone = useTranslations("campaigns.done");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [isOn, setOn] = useOptimistic(status === "running" || status === "scheduled");
  const [isAsking, setAsking] = useState(false);
  // What is over stays over.
  const isFixed = !["draft", "scheduled", "running", "paused"].includes(status);

  const switchOn = async () => {
    const result = await scheduleCampaignAction(workspaceId, { id });
    if (result.ok) toast.success(tDone("switchedOn"));
    return result;
  };
  const act = async (on: boolean) => {
    if (on) return { result: await resumeCampaignAction(workspaceId, { id }), said: tDone("resumed") };
    if (status === "running") return { result: await pauseCampaignAction(workspaceId, { id }), said: tDone("paused") };
    const result = await unscheduleCampaignAction(workspaceId, { id });
    return { result, said: tDone("unscheduled"), undo: { label: tDone("undo"), run: () => void switchOn() } };
  };
  const turn = (on: boolean) => {
    if (on && launch) return setAsking(true);
    startTransition(async () => {
      setOn(on);
      const { result, said, undo } = await act(on);
      if (result.ok) toast.success(said, undo ? { undo } : {});
      else {
        toast.error(tDone("failed"), { description: result.message });
        if (result.code !== "unavailable") router.refresh();
      }
    });
  };
  return (
    <>
      <Switch
        aria-label={t("switch", { name })}
        checked={isOn}
        disabled={disabled || isFixed || pending}
        onCheckedChange={turn}
      />
      {isAsking && launch && (
        <LaunchDialog workspaceId={workspaceId} launch={launch} onClose={() => setAsking(false)} onConfirm={switchOn} />
      )}
    </>
  );
}
