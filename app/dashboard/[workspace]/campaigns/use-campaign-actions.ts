"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { toast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#lib/http/action.ts";
import {
  archiveCampaignAction,
  cancelCampaignAction,
  deleteCampaignAction,
  duplicateCampaignAction,
  pauseCampaignAction,
  resumeCampaignAction,
  retryCampaignAction,
  skipNextRunAction,
  unscheduleCampaignAction,
} from "./actions.ts";

/**
 * What a person does to one campaign from a list or its page: runs the action and says what became of it; the
 * action itself renders the page anew. Each answers whether it worked.
 *
 * @param base the workspace's address
 */
export function useCampaignActions(workspaceId: string, base: string, id: string) {
  const t = useTranslations("campaigns.done");
  const router = useRouter();

  return useMemo(() => {
    const settle = <Data>(result: ActionResult<Data>, said: string, undo?: () => void): boolean => {
      if (result.ok) toast.success(said, undo ? { undo: { label: t("undo"), run: undo } } : {});
      else {
        toast.error(t("failed"), { description: result.message });
        // The page showed a state that is no more.
        router.refresh();
      }
      return result.ok;
    };
    const archive = async (isArchived: boolean): Promise<boolean> =>
      settle(
        await archiveCampaignAction(workspaceId, { id, isArchived }),
        t(isArchived ? "archived" : "unarchived"),
        () => void archiveCampaignAction(workspaceId, { id, isArchived: !isArchived }),
      );
    return {
      archive,
      pause: async () => settle(await pauseCampaignAction(workspaceId, { id }), t("paused")),
      resume: async () => settle(await resumeCampaignAction(workspaceId, { id }), t("resumed")),
      skipNext: async () => settle(await skipNextRunAction(workspaceId, { id }), t("skipped")),
      cancel: async () => settle(await cancelCampaignAction(workspaceId, { id }), t("cancelled")),
      unschedule: async () => settle(await unscheduleCampaignAction(workspaceId, { id }), t("unscheduled")),
      retry: async () => settle(await retryCampaignAction(workspaceId, { id }), t("retried")),
      duplicate: async () => {
        const result = await duplicateCampaignAction(workspaceId, { id });
        if (result.ok) router.push(`${base}/campaigns/${result.data.id}/edit`);
        return settle(result, t("duplicated"));
      },
      remove: async () => {
        const result = await deleteCampaignAction(workspaceId, { id });
        // From its own page, which is no more; from a list the list stays as it is.
        if (result.ok && location.pathname.includes(id)) router.push(`${base}/campaigns`);
        return settle(result, t("deleted"));
      },
    };
  }, [workspaceId, base, id, router, t]);
}
