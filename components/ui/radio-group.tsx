"use client";

import { RadioGroup as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";

export type RadioOption = {
  value: string;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  /** Shown below the option while it is chosen: the fields that belong to it. */
  children?: ReactNode;
};

export type RadioGroupProps = {
  options: RadioOption[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  name?: string;
  disabled?: boolean;
  /** `cards` frames each option; for choices that deserve weight. */
  look?: "plain" | "cards";
  className?: string;
  "aria-label"?: string;
};

/** One of a few, all of them seen. */
export function RadioGroup({ options, look = "plain", className, ...rest }: RadioGroupProps) {
  const base = useId();
  const { required: _, id, ...control } = useFieldControl({});
  return (
    <Radix.Root
      {...control}
      id={id}
      {...rest}
      className={cn("grid grid-cols-[minmax(0,1fr)]", look === "cards" ? "gap-2" : "gap-2.5", className)}
    >
      {options.map((option) => {
        const optionId = `${base}-${option.value}`;
        return (
          <div
            key={option.value}
            className={cn(
              "group relative flex items-start gap-2.5",
              look === "cards" &&
                "rounded-lg border border-border p-3 transition-colors has-data-[state=checked]:border-primary has-data-[state=checked]:bg-primary-soft/40",
            )}
          >
            <div className="flex h-5 items-center">
              <Radix.Item
                id={optionId}
                value={option.value}
                disabled={option.disabled ?? false}
                aria-describedby={option.description ? `${optionId}-description` : undefined}
                className="grid size-4 shrink-0 place-items-center rounded-full border border-input bg-background transition-colors hover:border-subtle-foreground disabled:opacity-50 data-[state=checked]:border-primary data-[state=checked]:bg-primary"
              >
                <Radix.Indicator className="size-1.5 rounded-full bg-primary-foreground" />
              </Radix.Item>
            </div>
            <div className="grid min-w-0 flex-1">
              <label
                htmlFor={optionId}
                className={cn("font-medium", look === "cards" && "after:absolute after:inset-0 after:rounded-lg")}
              >
                {option.label}
              </label>
              {option.description && (
                <span id={`${optionId}-description`} className="text-sm text-muted-foreground">
                  {option.description}
                </span>
              )}
              {option.children && (
                <div className="relative z-1 mt-3 hidden group-has-data-[state=checked]:block">{option.children}</div>
              )}
            </div>
          </div>
        );
      })}
    </Radix.Root>
  );
}
