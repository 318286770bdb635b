"use client";

import { Slot } from "radix-ui";
import { type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Kbd } from "./kbd.tsx";

export type TooltipProps = {
  content: ReactNode;
  shortcut?: string;
  side?: "top" | "right" | "bottom" | "left";
  /** One element that takes a ref and pointer and focus events. */
  children: ReactNode;
};

const openAfterMs = 350;
/** Time to reach the bubble with the pointer, to read or copy from it (WCAG 1.4.13). */
const closeAfterMs = 120;
/** The next tooltip of a row opens at once when the last one has just closed. */
const warmMs = 250;
let lastClosedAt = Number.NEGATIVE_INFINITY;

/** A few words on hover and focus. Never the only place of something a person needs: touch screens have no hover. */
export function Tooltip({ content, shortcut, side = "top", children }: TooltipProps) {
  const id = useId();
  const trigger = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);

  const change = (next: boolean, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!next) lastClosedAt = performance.now();
      setOpen(next);
    }, afterMs);
  };
  const close = () => change(false, closeAfterMs);
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <>
      <Slot.Root
        ref={trigger}
        aria-describedby={open ? id : undefined}
        onPointerEnter={(event) => {
          if (event.pointerType === "touch") return;
          change(true, performance.now() - lastClosedAt < warmMs ? 0 : openAfterMs);
        }}
        onPointerLeave={close}
        onPointerDown={() => change(false, 0)}
        onFocus={(event) => {
          if (event.currentTarget.matches(":focus-visible")) change(true, 0);
        }}
        onBlur={() => change(false, 0)}
      >
        {children}
      </Slot.Root>
      {open && (
        <Bubble
          id={id}
          trigger={trigger}
          side={side}
          onStay={() => clearTimeout(timer.current)}
          onLeave={close}
          onEscape={() => change(false, 0)}
        >
          {content}
          {shortcut && <Kbd className="border-background/25 bg-transparent text-background/80">{shortcut}</Kbd>}
        </Bubble>
      )}
    </>
  );
}

function Bubble({
  id,
  trigger,
  side,
  onStay,
  onLeave,
  onEscape,
  children,
}: {
  id: string;
  trigger: RefObject<HTMLElement | null>;
  side: "top" | "right" | "bottom" | "left";
  onStay: () => void;
  onLeave: () => void;
  onEscape: () => void;
  children: ReactNode;
}) {
  const bubble = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (bubble.current && trigger.current) place(bubble.current, trigger.current.getBoundingClientRect(), side);
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") onEscape();
    };
    // Scrolling moves the trigger away from under its tooltip.
    document.addEventListener("keydown", onKey);
    document.addEventListener("scroll", onEscape, { capture: true, passive: true });
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("scroll", onEscape, { capture: true });
    };
  }, [onEscape]);

  return createPortal(
    <div
      ref={bubble}
      id={id}
      role="tooltip"
      onPointerEnter={onStay}
      onPointerLeave={onLeave}
      className="fixed top-0 left-0 z-60 flex w-max max-w-72 animate-fade-in items-center gap-2 rounded-md bg-foreground px-2 py-1 text-sm text-background"
    >
      {children}
    </div>,
    document.body,
  );
}

const gapPx = 6;
const edgePx = 8;

/** Puts the bubble beside its trigger: on the wished side, else on the opposite one, and never over the window's edge. */
function place(bubble: HTMLElement, at: DOMRect, side: "top" | "right" | "bottom" | "left"): void {
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const above = at.top - height - gapPx;
  const below = at.bottom + gapPx;
  const before = at.left - width - gapPx;
  const after = at.right + gapPx;
  const fitsAfter = after + width <= window.innerWidth - edgePx;
  const horizontal = side === "left" || side === "right";
  const left = horizontal
    ? (side === "right" && fitsAfter) || (side === "left" && before < edgePx)
      ? after
      : before
    : at.left + at.width / 2 - width / 2;
  const top = horizontal
    ? at.top + at.height / 2 - height / 2
    : side === "top" && above >= edgePx
      ? above
      : side === "bottom" && below + height > window.innerHeight - edgePx
        ? above
        : below;
  const limit = (value: number, size: number, room: number) => Math.max(edgePx, Math.min(value, room - size - edgePx));
  bubble.style.translate = `${limit(left, width, window.innerWidth)}px ${limit(top, height, window.innerHeight)}px`;
}
