"use client";

import { KeyRound, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import { importKeyAction, rotateKeyAction } from "./actions.ts";

interface Place {
  workspaceId: string;
  siteId: string;
}

/** A new key pair, or one that is brought along. */
export function KeyActions({ workspaceId, siteId }: Place) {
  const t = useTranslations("keys");
  const rotate = async () => {
    const result = await rotateKeyAction(workspaceId, { siteId });
    if (result.ok) toast.success(t("rotated"));
    else toast.error(t("failed"), { description: result.message });
    return result.ok;
  };
  return (
    <div className="flex flex-wrap gap-2">
      <ImportKey workspaceId={workspaceId} siteId={siteId} />
      <ConfirmDialog
        tone="primary"
        trigger={
          <Button size="sm">
            <KeyRound aria-hidden="true" />
            {t("rotate")}
          </Button>
        }
        title={t("rotateTitle")}
        description={t("rotateText")}
        confirmLabel={t("rotateConfirm")}
        onConfirm={rotate}
      />
    </div>
  );
}

function ImportKey({ workspaceId, siteId }: Place) {
  const t = useTranslations("keys");
  const [open, setOpen] = useState(false);
  const [privateKey, setPrivateKey] = useState("");
  const [publicKey, setPublicKey] = useState("");
  const [errors, setErrors] = useState<FieldErrors>({});
  const [pending, startTransition] = useTransition();
  const close = (next: boolean) => {
    setOpen(next);
    if (next) return;
    setPrivateKey("");
    setPublicKey("");
    setErrors({});
  };
  const save = () =>
    startTransition(async () => {
      const pair = { privateKey, ...(publicKey.trim() !== "" && { publicKey }) };
      const result = await importKeyAction(workspaceId, { siteId, pair });
      if (result.ok) {
        toast.success(t(result.data.created ? "imported" : "known"));
        close(false);
      } else if (result.fields) setErrors(result.fields);
      else toast.error(t("failed"), { description: result.message });
    });
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      size="md"
      trigger={
        <Button size="sm">
          <Upload aria-hidden="true" />
          {t("import")}
        </Button>
      }
      title={t("import")}
      description={t("importText")}
      footer={
        <>
          <Button onClick={() => close(false)}>{t("cancel")}</Button>
          <Button variant="primary" pending={pending} disabled={privateKey.trim() === ""} onClick={save}>
            {t("importConfirm")}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Field label={t("importPrivate")} error={errors.privateKey ?? errors["pair.privateKey"]}>
          <Input
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            value={privateKey}
            onChange={(event) => setPrivateKey(event.target.value)}
          />
        </Field>
        <Field label={t("importPublic")} optional error={errors.publicKey ?? errors["pair.publicKey"]}>
          <Input
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            value={publicKey}
            onChange={(event) => setPublicKey(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}
