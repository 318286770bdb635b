"use client";

import type { ReactNode } from "react";
import { OverlayTrigger, useOverlay } from "./overlay.tsx";

type Parts = typeof import("./confirm-content.tsx");

let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import("./confirm-content.tsx");
}

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
export function ConfirmDialog({ trigger, open: openFromOutside, onOpenChange, ...rest }: ConfirmDialogProps) {
  const overlay = useOverlay(load, openFromOutside, onOpenChange);
  return (
    <>
      {trigger && <OverlayTrigger overlay={overlay}>{trigger}</OverlayTrigger>}
      {overlay.isThere && parts && (
        <parts.ConfirmContent open={overlay.open} onOpenChange={overlay.setOpen} {...rest} />
      )}
    </>
  );
}
