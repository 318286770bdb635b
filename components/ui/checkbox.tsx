"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

export type CheckboxProps = {
  checked?: boolean | "indeterminate";
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  name?: string;
  value?: string;
  disabled?: boolean;
  required?: boolean;
  /** The visible name; without it give `aria-label`. */
  label?: ReactNode;
  description?: ReactNode;
  className?: string;
  "aria-label"?: string;
};

/** A yes/no that takes effect when the form is sent. What acts at once is a `Switch`. */
export function Checkbox({ label, description, className, onCheckedChange, ...rest }: CheckboxProps) {
  const id = useId();
  const box = (
    <Radix.Root
      id={id}
      {...rest}
      aria-describedby={description ? `${id}-description` : undefined}
      onCheckedChange={(state) => onCheckedChange?.(state === true)}
      className={cn(
        "relative grid size-4 shrink-0 place-items-center rounded-xs border border-input bg-background text-primary-foreground transition-colors hover:border-subtle-foreground after:absolute after:-inset-2 disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-primary data-[state=checked]:bg-primary data-[state=indeterminate]:border-primary data-[state=indeterminate]:bg-primary",
        !label && className,
      )}
    >
      <Radix.Indicator>
        {rest.checked === "indeterminate" ? (
          <Minus className="size-3" strokeWidth={3} aria-hidden="true" />
        ) : (
          <Check className="size-3" strokeWidth={3} aria-hidden="true" />
        )}
      </Radix.Indicator>
    </Radix.Root>
  );
  if (!label) return box;
  return (
    <div className={cn("flex items-start gap-2.5", className)}>
      <div className="flex h-5 items-center">{box}</div>
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
    </div>
  );
}
