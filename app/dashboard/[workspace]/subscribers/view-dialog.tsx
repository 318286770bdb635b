"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { hrefWith } from "#components/frame/page-links.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { View, ViewState } from "#lib/views/schema.ts";
import { createViewAction, updateViewAction } from "./view-actions.ts";
import { queryOf } from "./view-query.ts";

/** Asks for a view's name and whom it is for: a new one of `state`, or `view` anew. */
export function ViewDialog({
  workspaceId,
  path,
  state,
  view,
  mayShare,
  onClose,
}: {
  workspaceId: string;
  path: string;
  state: ViewState;
  view: View | undefined;
  mayShare: boolean;
  onClose: () => void;
}) {
  const t = useTranslations("subscribers.savedViews");
  const router = useRouter();
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setShared] = useState(view?.isShared ?? false);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [pending, startTransition] = useTransition();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    startTransition(async () => {
      const said = { name: name.trim(), isShared };
      const result = view
        ? await updateViewAction(workspaceId, { id: view.id, changes: said })
        : await createViewAction(workspaceId, { area: "subscribers", state, ...said });
      if (!result.ok) {
        setErrors(result.fields ?? {});
        if (!result.fields) toast.error(t("failed"), { description: result.message });
        return;
      }
      toast.success(t("saved", { name: said.name }));
      if (result.data) router.replace(hrefWith(path, { ...queryOf(state), saved: result.data.id }));
      onClose();
    });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t(view ? "editTitle" : "newTitle")}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label={t("name")} error={errors["changes.name"] ?? errors.name}>
          <Input autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {mayShare && (
          <Checkbox checked={isShared} onCheckedChange={(on) => setShared(on === true)} label={t("share")} />
        )}
        <DialogFooter className="-mx-5 mt-1 -mb-5">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <SubmitButton pending={pending}>{t("keep")}</SubmitButton>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
