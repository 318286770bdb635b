"use client";

import { Tag } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { ToGroup } from "#components/people/to-group.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SelectionBar, useSelection } from "#components/ui/selection.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#lib/http/action.ts";
import { addGroupMembersAction } from "../groups/actions.ts";
import { changeTagsAction } from "./actions.ts";

/** What can be done with all who are ticked. */
export function BulkBar({ workspaceId, groups }: { workspaceId: string; groups: { id: string; name: string }[] }) {
  const t = useTranslations("subscribers.bulk");
  const router = useRouter();
  const { selected, clear } = useSelection();
  const [asksTag, setAsksTag] = useState(false);
  const [tag, setTag] = useState("");
  const [pending, startTransition] = useTransition();
  const run = (work: () => Promise<ActionResult<{ changed: number }>>) =>
    startTransition(async () => {
      const result = await work();
      if (!result.ok) {
        toast.error(t("failed"), { description: result.message });
        return;
      }
      toast.success(t("done", { count: result.data.changed }));
      setAsksTag(false);
      setTag("");
      clear();
      router.refresh();
    });
  const ids = [...selected];
  return (
    <>
      <SelectionBar>
        <ToGroup
          groups={groups}
          count={ids.length}
          pending={pending}
          onAdd={(id) => run(() => addGroupMembersAction(workspaceId, { id, members: { ids } }))}
        />
        <Button size="sm" onClick={() => setAsksTag(true)}>
          <Tag aria-hidden="true" />
          {t("tags")}
        </Button>
      </SelectionBar>
      <Dialog
        open={asksTag}
        onOpenChange={setAsksTag}
        title={t("tagTitle", { count: ids.length })}
        footer={
          <>
            <Button
              pending={pending}
              disabled={tag.trim() === ""}
              onClick={() => run(() => changeTagsAction(workspaceId, { ids, remove: [tag.trim()] }))}
            >
              {t("removeTag")}
            </Button>
            <Button
              variant="primary"
              pending={pending}
              disabled={tag.trim() === ""}
              onClick={() => run(() => changeTagsAction(workspaceId, { ids, add: [tag.trim()] }))}
            >
              {t("addTag")}
            </Button>
          </>
        }
      >
        <Field label={t("tag")}>
          <Input value={tag} maxLength={100} autoComplete="off" onChange={(event) => setTag(event.target.value)} />
        </Field>
      </Dialog>
    </>
  );
}
