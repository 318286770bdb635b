"use client";

import { Popover as Radix } from "radix-ui";
import { type ComponentProps, type RefObject, useRef } from "react";
import { cn } from "./cn.ts";
import type { PopoverProps } from "./popover.tsx";

export const popoverStyle = "z-50 rounded-lg bg-popover shadow-overlay outline-none data-[state=open]:animate-pop-in";

/** What a `Popover` draws once it has been opened. */
export function PopoverContent({
  button,
  open,
  onOpenChange,
  children,
  align = "start",
  side = "bottom",
  className,
  label,
}: Omit<PopoverProps, "trigger"> & {
  button: RefObject<HTMLElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const besideButton = useBesideButton(button);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Anchor virtualRef={button} />
      <Radix.Portal>
        <Radix.Content
          {...besideButton}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cn(popoverStyle, "w-72 max-w-[calc(100vw-1rem)] p-3", className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What Radix would do for a trigger of its own. */
export function useBesideButton(
  button: RefObject<HTMLElement | null>,
): Pick<ComponentProps<typeof Radix.Content>, "onInteractOutside" | "onCloseAutoFocus"> {
  const leftByPress = useRef(false);
  return {
    onInteractOutside: (event) => {
      const isButton = event.target instanceof Node && button.current?.contains(event.target);
      // The button's own press closes it; closing it here too would open it again.
      if (isButton) event.preventDefault();
      else leftByPress.current = true;
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      // Whoever pressed something else is there now.
      if (!leftByPress.current) button.current?.focus();
      leftByPress.current = false;
    },
  };
}
