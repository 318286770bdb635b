"use client";

import { Merge } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { FoundPerson } from "#components/people/find-people.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.tsx";
import { mergeSubscribersAction } from "../actions.ts";

// Fetched when somebody is to be found.
const PeopleSearch = dynamic(() => import("#components/people/people-search.tsx").then((file) => file.PeopleSearch), {
  ssr: false,
  loading: () => <Skeleton className="h-20" />,
});

/** Finds the same person's other record and makes both one, after a question. */
export function MergeDialog({ workspaceId, id, label }: { workspaceId: string; id: string; label: string }) {
  const t = useTranslations("subscribers.merge");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [other, setOther] = useState<FoundPerson>();
  const name = other?.name ?? other?.externalId ?? other?.id.slice(-8) ?? "";
  const merge = async (): Promise<boolean> => {
    if (!other) return false;
    const result = await mergeSubscribersAction(workspaceId, { id, fromId: other.id });
    if (!result.ok) {
      toast.error(t("failed"), { description: result.message });
      return false;
    }
    toast.success(t("done", { name, label }));
    setOpen(false);
    router.refresh();
    return true;
  };
  return (
    <>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("title", { label })}
        description={t("text")}
        trigger={
          <Button>
            <Merge aria-hidden="true" />
            {t("action")}
          </Button>
        }
      >
        <PeopleSearch workspaceId={workspaceId} pending={false} takeLabel={t("choose")} except={id} onAdd={setOther} />
      </Dialog>
      <ConfirmDialog
        open={other !== undefined}
        onOpenChange={(next) => !next && setOther(undefined)}
        title={t("confirmTitle", { name, label })}
        description={t("confirmText", { name, label })}
        confirmLabel={t("confirm")}
        onConfirm={merge}
      />
    </>
  );
}
