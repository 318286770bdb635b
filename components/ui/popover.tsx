"use client";

import { Popover as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

export const popoverStyle = "z-50 rounded-lg bg-popover shadow-overlay outline-none data-[state=open]:animate-pop-in";

/** Controls or text beside a button. What is only words belongs in a `Tooltip`. */
export function Popover({
  trigger,
  children,
  align = "start",
  side = "bottom",
  className,
  label,
  ...rest
}: ComponentProps<typeof Radix.Root> & {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
  /** Names the panel for assistive technology. */
  label: string;
}) {
  return (
    <Radix.Root {...rest}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
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

export function PopoverClose({ children }: { children: ReactNode }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
