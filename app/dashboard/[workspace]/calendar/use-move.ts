import { useLocale, useTranslations } from "next-intl";
import { startTransition, useOptimistic } from "react";
import { toast } from "#components/ui/toast.tsx";
import { formatInstant } from "#lib/format.ts";
import { scheduleCampaignAction } from "../campaigns/actions.ts";
import type { PlannedWire } from "./entry.tsx";

/** Moves scheduled campaigns, at once on the page and with an undo; what is refused goes back. */
export function useMove(workspaceId: string, entries: PlannedWire[], timeZone: string) {
  const t = useTranslations("calendar");
  const tDone = useTranslations("campaigns.done");
  const locale = useLocale();
  const [shown, show] = useOptimistic(entries, (before, moved: { campaignId: string; at: string }) =>
    before
      .map((entry) => (entry.campaignId === moved.campaignId ? { ...entry, at: moved.at } : entry))
      .sort((a, b) => a.at.localeCompare(b.at)),
  );
  const move = (entry: PlannedWire, at: Date): Promise<boolean> =>
    new Promise((resolve) =>
      startTransition(async () => {
        const iso = at.toISOString();
        if (iso === new Date(entry.at).toISOString()) return resolve(true);
        if (at.getTime() < Date.now()) {
          toast.error(t("past"));
          return resolve(false);
        }
        show({ campaignId: entry.campaignId, at: iso });
        const result = await scheduleCampaignAction(workspaceId, { id: entry.campaignId, at: iso });
        if (result.ok)
          toast.success(t("moved", { name: entry.name, time: formatInstant(at, { locale, timeZone }) }), {
            undo: { label: tDone("undo"), run: () => void move({ ...entry, at: iso }, new Date(entry.at)) },
          });
        else toast.error(tDone("failed"), { description: result.message });
        resolve(result.ok);
      }),
    );
  return { shown, move };
}
