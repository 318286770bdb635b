"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { toast } from "#components/ui/toast.tsx";
import { deleteSubscriberAction, restoreSubscriberAction } from "./actions.ts";

/** Deletes and restores one person; each says what became of it and renders anew. Answers whether it worked. */
export function useSubscriberActions(workspaceId: string, path: string, { id, label }: { id: string; label: string }) {
  const t = useTranslations("subscribers.actions");
  const router = useRouter();

  const restore = async (): Promise<boolean> => {
    const result = await restoreSubscriberAction(workspaceId, { id });
    if (result.ok) toast.success(t("restored", { name: label }), { description: t("restoredText") });
    else toast.error(t("failed"), { description: result.message });
    router.refresh();
    return result.ok;
  };
  const remove = async (): Promise<boolean> => {
    const result = await deleteSubscriberAction(workspaceId, { id });
    if (!result.ok) {
      toast.error(t("failed"), { description: result.message });
      return false;
    }
    toast.success(t("deleted", { name: label }), { undo: { label: t("undo"), run: () => void restore() } });
    // From its own page, which is no more; from a list the list stays as it is.
    if (location.pathname.endsWith(id)) router.push(path);
    else router.refresh();
    return true;
  };
  return { restore, remove };
}
