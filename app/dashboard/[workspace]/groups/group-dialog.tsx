"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { createGroupAction, updateGroupAction } from "./actions.ts";

/** Names a new group, or renames one. */
export function GroupDialog({
  workspaceId,
  path,
  group,
  ...dialog
}: {
  workspaceId: string;
  /** The list's own address. */
  path: string;
  /** None for a new one. */
  group?: { id: string; name: string; description: string };
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const t = useTranslations("groups");
  const [openInside, setOpenInside] = useState(false);
  const open = dialog.open ?? openInside;
  const setOpen = (next: boolean) => {
    setOpenInside(next);
    dialog.onOpenChange?.(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={dialog.trigger}
      title={group ? t("form.editTitle") : t("form.title")}
    >
      <GroupForm workspaceId={workspaceId} path={path} group={group} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function GroupForm({
  workspaceId,
  path,
  group,
  onDone,
}: {
  workspaceId: string;
  path: string;
  group: { id: string; name: string; description: string } | undefined;
  onDone: () => void;
}) {
  const t = useTranslations("groups");
  const router = useRouter();
  const { form, pending, errors, problem } = useFormAction<{ id: string } | undefined>(
    async (_, typed) => {
      const given = { name: String(typed.get("name")), description: String(typed.get("description")) };
      const result = group
        ? await updateGroupAction(workspaceId, { id: group.id, changes: given })
        : await createGroupAction(workspaceId, given);
      if (!result.ok) {
        const { fields = {} } = result;
        return {
          ...result,
          fields: Object.fromEntries(Object.entries(fields).map(([key, said]) => [key.replace("changes.", ""), said])),
        };
      }
      toast.success(t(group ? "saved" : "created"));
      onDone();
      if (result.data) router.push(`${path}/${result.data.id}`);
      else router.refresh();
      return { ok: true, data: result.data ?? undefined };
    },
    ["name", "description"],
  );
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("form.name")} error={errors("name")} required>
        <Input name="name" defaultValue={group?.name} maxLength={120} autoFocus autoComplete="off" />
      </Field>
      <Field label={t("form.description")} error={errors("description")} optional>
        <Input name="description" defaultValue={group?.description} maxLength={500} autoComplete="off" />
      </Field>
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <SubmitButton pending={pending}>{t("form.save")}</SubmitButton>
      </DialogFooter>
    </form>
  );
}
