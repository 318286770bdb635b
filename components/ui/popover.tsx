"use client";

import { type ReactNode, useRef } from "react";
import { OverlayTrigger, useOverlay } from "./overlay.tsx";

type Parts = typeof import("./popover-content.tsx");

let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import("./popover-content.tsx");
}

export interface PopoverProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
  /** Names the panel for assistive technology. */
  label: string;
}

/** Controls or text beside a button. What is only words belongs in a `Tooltip`. */
export function Popover({ trigger, open: openFromOutside, onOpenChange, ...rest }: PopoverProps) {
  const button = useRef<HTMLElement>(null);
  const overlay = useOverlay(load, openFromOutside, onOpenChange);
  return (
    <>
      <OverlayTrigger overlay={overlay} ref={button}>
        {trigger}
      </OverlayTrigger>
      {overlay.isThere && parts && (
        <parts.PopoverContent button={button} open={overlay.open} onOpenChange={overlay.setOpen} {...rest} />
      )}
    </>
  );
}
