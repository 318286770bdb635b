"use client";

import { Slot } from "radix-ui";
import { type ReactNode, type Ref, useEffect, useEffectEvent, useState } from "react";
import { bring, whenNear } from "./late.ts";

export interface Overlay {
  open: boolean;
  setOpen: (open: boolean) => void;
  /** It has been opened, and its code has come. It stays, so that it can also close. */
  isThere: boolean;
  load: () => Promise<void>;
}

/**
 * What lies above a page and whose code comes late: whether it is open, held here or outside.
 *
 * @param load fetches the code; always the same function
 */
export function useOverlay(
  load: () => Promise<void>,
  openFromOutside: boolean | undefined,
  onOpenChange: ((open: boolean) => void) | undefined,
): Overlay {
  const [openInside, setOpenInside] = useState(false);
  const [isThere, setIsThere] = useState(false);
  const open = openFromOutside ?? openInside;
  const setOpen = (next: boolean) => {
    setOpenInside(next);
    onOpenChange?.(next);
  };
  const bringOrClose = useEffectEvent(async () => {
    if (await bring(load)) setIsThere(true);
    else setOpen(false);
  });
  useEffect(() => {
    if (open) void bringOrClose();
  }, [open]);
  return { open, setOpen, isThere, load };
}

/** Makes one button open and close an overlay. */
export function OverlayTrigger({
  overlay: { open, setOpen, load },
  ref,
  children,
}: {
  overlay: Overlay;
  ref?: Ref<HTMLElement>;
  children: ReactNode;
}) {
  return (
    <Slot.Root
      {...(ref && { ref })}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-state={open ? "open" : "closed"}
      {...whenNear(load)}
      onClick={() => setOpen(!open)}
    >
      {children}
    </Slot.Root>
  );
}
