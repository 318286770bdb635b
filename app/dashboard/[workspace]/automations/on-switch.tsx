"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useOptimistic, useTransition } from "react";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { CampaignStatus } from "#lib/campaigns/schema.ts";
import { pauseCampaignAction, resumeCampaignAction, scheduleCampaignAction } from "../campaigns/actions.ts";

/** On while it runs. Off pauses it, on resumes it or, of a draft, switches it on for the first time. */
export function OnSwitch({
  workspaceId,
  id,
  name,
  status,
  disabled,
}: {
  workspaceId: string;
  id: string;
  name: string;
  status: CampaignStatus;
  disabled: boolean;
}) {
  const t = useTranslations("automations");
  const tDone = useTranslations("campaigns.done");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [isOn, setOn] = useOptimistic(status === "running" || status === "scheduled");
  // Before its start there is nothing to pause: its menu takes it back to draft. What is over stays over.
  const isFixed = !["draft", "running", "paused"].includes(status);
  const turn = (on: boolean) =>
    startTransition(async () => {
      setOn(on);
      const act = !on ? pauseCampaignAction : status === "paused" ? resumeCampaignAction : scheduleCampaignAction;
      const result = await act(workspaceId, { id });
      if (result.ok) toast.success(tDone(on ? "switchedOn" : "paused"));
      else {
        toast.error(tDone("failed"), { description: result.message });
        router.refresh();
      }
    });
  return (
    <Switch
      aria-label={t("switch", { name })}
      checked={isOn}
      disabled={disabled || isFixed || pending}
      onCheckedChange={turn}
    />
  );
}
