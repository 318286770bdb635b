"use client";

import { useTranslations } from "next-intl";
import { AlertDialog as Radix } from "radix-ui";
import { type ReactNode, useEffect, useState, useTransition } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { DialogFooter, dialogStyle, scrimStyle } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { useFocusBack } from "./use-focus-back.ts";

export type ConfirmDialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  /** A question with the verb: "Delete the campaign 'Summer sale'?" */
  title: ReactNode;
  /** What will happen, with numbers: "1,204 queued messages will not be sent." */
  description: ReactNode;
  children?: ReactNode;
  /** The verb again: "Delete campaign". */
  confirmLabel: string;
  cancelLabel?: string;
  tone?: "danger" | "primary";
  /** For what cannot be undone: the button works only once this name is typed. */
  typeToConfirm?: string;
  /** Runs on confirm; the dialog waits for it, then closes. A rejected promise, or `false`, keeps it open. */
  onConfirm: () => undefined | boolean | Promise<undefined | boolean> | Promise<void>;
};

/** Asks before something is lost or sent. Only its buttons and Escape close it, and "cancel" has the focus. */
export function ConfirmDialog({
  open: openFromOutside,
  onOpenChange,
  trigger,
  title,
  description,
  children,
  confirmLabel,
  cancelLabel,
  tone = "danger",
  typeToConfirm,
  onConfirm,
}: ConfirmDialogProps) {
  const t = useTranslations("ui");
  const focusBack = useFocusBack();
  const [openInside, setOpenInside] = useState(false);
  const [typed, setTyped] = useState("");
  const [pending, startTransition] = useTransition();
  const open = openFromOutside ?? openInside;
  const setOpen = (next: boolean) => {
    setOpenInside(next);
    onOpenChange?.(next);
  };

  useEffect(() => {
    if (!open) setTyped("");
  }, [open]);

  const confirm = () =>
    startTransition(async () => {
      const done = await onConfirm();
      if (done !== false) setOpen(false);
    });
  const ready = !typeToConfirm || typed.trim() === typeToConfirm;

  return (
    <Radix.Root open={open} onOpenChange={(next) => !pending && setOpen(next)}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
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
