"use client";

import { useTranslations } from "next-intl";
import { AlertDialog as Radix } from "radix-ui";
import { useEffect, useState, useTransition } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import type { ConfirmDialogProps } from "./confirm-dialog.tsx";
import { DialogFooter, dialogStyle, scrimStyle } from "./dialog-frame.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { useFocusBack } from "./use-focus-back.ts";

/** What a `ConfirmDialog` draws once it has been opened. */
export function ConfirmContent({
  open,
  onOpenChange,
  title,
  description,
  children,
  confirmLabel,
  cancelLabel,
  tone = "danger",
  typeToConfirm,
  onConfirm,
}: Omit<ConfirmDialogProps, "trigger"> & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("ui");
  const focusBack = useFocusBack();
  const [typed, setTyped] = useState("");
  const [pending, startTransition] = useTransition();

  useEffect(() => {
    if (!open) setTyped("");
  }, [open]);

  const confirm = () =>
    startTransition(async () => {
      const done = await onConfirm();
      if (done !== false) onOpenChange(false);
    });
  const ready = !typeToConfirm || typed.trim() === typeToConfirm;

  return (
    <Radix.Root open={open} onOpenChange={(next) => !pending && onOpenChange(next)}>
      <Radix.Portal>
        <Radix.Overlay className={scrimStyle} />
        <Radix.Content {...focusBack} className={cn(dialogStyle, "max-w-md")}>
          <form
            className="flex min-h-0 flex-col"
            onSubmit={(event) => {
              event.preventDefault();
              event.stopPropagation();
              if (ready) confirm();
            }}
          >
            <div className="grid gap-1.5 overflow-y-auto px-5 pt-4 pb-5">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              <Radix.Description asChild>
                <div className="text-muted-foreground">{description}</div>
              </Radix.Description>
              {children}
              {typeToConfirm && (
                <Field
                  className="mt-3"
                  label={t.rich("confirm.type", {
                    name: typeToConfirm,
                    mark: (text) => <strong className="font-semibold select-all">{text}</strong>,
                  })}
                >
                  <Input
                    value={typed}
                    onChange={(event) => setTyped(event.target.value)}
                    autoComplete="off"
                    spellCheck={false}
                  />
                </Field>
              )}
            </div>
            <DialogFooter>
              <Radix.Cancel asChild>
                <Button disabled={pending}>{cancelLabel ?? t("cancel")}</Button>
              </Radix.Cancel>
              <Button type="submit" variant={tone} disabled={!ready} pending={pending}>
                {confirmLabel}
              </Button>
            </DialogFooter>
          </form>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
