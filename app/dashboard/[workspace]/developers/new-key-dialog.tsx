"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import type { Permission } from "#lib/auth/permissions.ts";
import { createApiKeyAction } from "./actions.ts";
import { ScopePicker } from "./scope-picker.tsx";

interface Made {
  name: string;
  key: string;
}

/** Asks what the key is for, then shows it, once. */
export function NewKeyDialog({ workspaceId, offered }: { workspaceId: string; offered: readonly Permission[] }) {
  const t = useTranslations("developers");
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Made>();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) setMade(undefined);
      }}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden="true" />
          {t("create")}
        </Button>
      }
      size="md"
      title={made ? t("createdTitle", { name: made.name }) : t("create")}
      description={made ? t("createdText") : t("createDescription")}
    >
      {made ? <MadeKey made={made} /> : <KeyForm workspaceId={workspaceId} offered={offered} onDone={setMade} />}
    </Dialog>
  );
}

function KeyForm({
  workspaceId,
  offered,
  onDone,
}: {
  workspaceId: string;
  offered: readonly Permission[];
  onDone: (made: Made) => void;
}) {
  const t = useTranslations("developers");
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(new Set());
  const { form, pending, errors, problem } = useFormAction<Made>(
    async (_, typed) => {
      const result = await createApiKeyAction(workspaceId, {
        name: String(typed.get("name")),
        scopes: [...scopes],
        ratePerMinute: Number(typed.get("ratePerMinute")),
      });
      if (result.ok) onDone(result.data);
      return result;
    },
    ["name", "scopes", "ratePerMinute"],
  );
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("name")} hint={t("nameHint")} error={errors("name")} required>
        <Input name="name" placeholder={t("namePlaceholder")} autoComplete="off" autoFocus />
      </Field>
      <ScopePicker
        offered={offered}
        chosen={scopes}
        onChange={setScopes}
        error={scopes.size > 0 ? undefined : errors("scopes")}
      />
      <Field label={t("rate")} hint={t("rateHint")} error={errors("ratePerMinute")} className="max-w-40">
        <Input name="ratePerMinute" type="number" inputMode="numeric" min={1} max={100_000} defaultValue={600} />
      </Field>
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <SubmitButton pending={pending}>{t("submit")}</SubmitButton>
      </DialogFooter>
    </form>
  );
}

function MadeKey({ made }: { made: Made }) {
  const t = useTranslations("developers");
  return (
    <div className="grid gap-4">
      <CodeBlock code={made.key} label={made.name} wrap />
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <DialogClose>
          <Button>{t("done")}</Button>
        </DialogClose>
        <CopyButton text={made.key} variant="primary" size="md" autoFocus>
          {t("copyKey")}
        </CopyButton>
      </DialogFooter>
    </div>
  );
}
