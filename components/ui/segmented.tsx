"use client";

import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export type SegmentedProps<Value extends string> = {
  options: { value: Value; label: ReactNode; "aria-label"?: string }[];
  value: Value;
  onValueChange: (value: Value) => void;
  "aria-label": string;
  className?: string;
};

/** A small switch between two to five ways of seeing the same thing. */
export function Segmented<Value extends string>({
  options,
  value,
  onValueChange,
  className,
  ...rest
}: SegmentedProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onValueChange(chosen.value);
      }}
      className={cn("inline-flex h-8 items-center gap-0.5 rounded-md bg-muted p-0.5", className)}
      {...rest}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option["aria-label"]}
          className="inline-flex h-7 items-center gap-1.5 rounded-sm border border-transparent px-2.5 text-sm font-medium text-muted-foreground transition-colors hover:text-foreground data-[state=on]:border-border data-[state=on]:bg-card data-[state=on]:text-foreground [&_svg]:size-4"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
