"use client";

import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

export type SwitchProps = {
  checked?: boolean;
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  name?: string;
  disabled?: boolean;
  label?: ReactNode;
  description?: ReactNode;
  className?: string;
  "aria-label"?: string;
};

/** On or off, at once. With a label it is a full-width row with the switch at the end. */
export function Switch({ label, description, className, ...rest }: SwitchProps) {
  const id = useId();
  const control = (
    <Radix.Root
      id={id}
      {...rest}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cn(
        "relative inline-flex h-4.5 w-8 shrink-0 items-center rounded-full bg-input transition-colors after:absolute after:-inset-2 disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:bg-primary",
        !label && className,
      )}
    >
      <Radix.Thumb className="ms-0.5 block size-3.5 rounded-full bg-white transition-[translate] data-[state=checked]:translate-x-[calc(0.875rem*var(--toward-end,1))]" />
    </Radix.Root>
  );
  if (!label) return control;
  return (
    <div className={cn("flex items-start justify-between gap-6", className)}>
      <div className="grid">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {description && (
          <span id={`${id}-description`} className="text-sm text-muted-foreground">
            {description}
          </span>
        )}
      </div>
      <div className="flex h-5 items-center">{control}</div>
    </div>
  );
}
