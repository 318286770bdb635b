"use client";

import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { createInvitationAction } from "./actions.ts";

const invitable = ["member", "admin", "custodian"] as const;

interface Invited {
  email: string;
  link: string;
  isMailed: boolean;
}

/** Asks whom to invite, then shows the link, which exists nowhere else. */
export function InviteDialog({ workspaceId }: { workspaceId: string }) {
  const t = useTranslations("team");
  const [open, setOpen] = useState(false);
  const [invited, setInvited] = useState<Invited>();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) setInvited(undefined);
      }}
      trigger={
        <Button variant="primary">
          <UserPlus aria-hidden="true" />
          {t("invite")}
        </Button>
      }
      title={invited ? t("linkTitle", { email: invited.email }) : t("inviteTitle")}
      description={invited ? t(invited.isMailed ? "linkMailed" : "linkText") : t("inviteDescription")}
    >
      {invited ? <InvitationLink link={invited.link} /> : <InviteForm workspaceId={workspaceId} onDone={setInvited} />}
    </Dialog>
  );
}

function InviteForm({ workspaceId, onDone }: { workspaceId: string; onDone: (invited: Invited) => void }) {
  const t = useTranslations("team");
  const { form, pending, errors, problem } = useFormAction<Invited>(
    async (_, typed) => {
      const role = invitable.find((one) => one === typed.get("role")) ?? "member";
      const result = await createInvitationAction(workspaceId, { email: String(typed.get("email")).trim(), role });
      if (result.ok) onDone(result.data);
      return result;
    },
    ["email", "role"],
  );
  const options = invitable.map((role) => ({
    value: role,
    label: t(`roles.${role}`),
    description: t(`roleHints.${role}`),
  }));
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("email")} error={errors("email")} required>
        <Input name="email" type="email" autoComplete="off" autoFocus />
      </Field>
      <Field label={t("role")} error={errors("role")}>
        <Select name="role" defaultValue="member" options={options} />
      </Field>
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <SubmitButton pending={pending}>{t("createLink")}</SubmitButton>
      </DialogFooter>
    </form>
  );
}

function InvitationLink({ link }: { link: string }) {
  const t = useTranslations("team");
  return (
    <div className="grid gap-4">
      <Field label={t("link")}>
        <Input readOnly value={link} autoFocus onFocus={(event) => event.currentTarget.select()} dir="ltr" />
      </Field>
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <DialogClose>
          <Button>{t("done")}</Button>
        </DialogClose>
        <CopyButton text={link} variant="primary" size="md">
          {t("copyLink")}
        </CopyButton>
      </DialogFooter>
    </div>
  );
}
