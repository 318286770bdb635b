"use client";

import type { ReactNode } from "react";
import { OverlayTrigger, useOverlay } from "./overlay.tsx";

export { DialogFooter } from "./dialog-frame.tsx";

type Parts = typeof import("./dialog-content.tsx");

// A dialog's code is fetched when the pointer or the focus comes near its button, or when it is opened.
let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import("./dialog-content.tsx");
}

export type DialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** The button that opens it; leave out when `open` is held elsewhere. */
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. They stay in sight while the body scrolls. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
};

/** A short task above the page. Escape and a press outside close it; focus comes back to what opened it. */
export function Dialog({ trigger, open: openFromOutside, onOpenChange, ...rest }: DialogProps) {
  const overlay = useOverlay(load, openFromOutside, onOpenChange);
  return (
    <>
      {trigger && <OverlayTrigger overlay={overlay}>{trigger}</OverlayTrigger>}
      {overlay.isThere && parts && <parts.DialogContent open={overlay.open} onOpenChange={overlay.setOpen} {...rest} />}
    </>
  );
}

/** Closes the dialog around it: `<DialogClose><Button>Cancel</Button></DialogClose>`. */
export function DialogClose({ children }: { children: ReactNode }) {
  return parts && <parts.DialogClose>{children}</parts.DialogClose>;
}
