"use client";

import { Check, ChevronDown, ChevronUp } from "lucide-react";
import { Select as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";

export type SelectOption = {
  /** Never empty: "none" needs a word of its own. */
  value: string;
  label: string;
  description?: string;
  icon?: ReactNode;
  disabled?: boolean;
};

export type SelectGroup = { label: string; options: SelectOption[] };

export type SelectProps = {
  options: (SelectOption | SelectGroup)[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  /** Form field name: the chosen value is then part of the FormData. */
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  required?: boolean;
  id?: string;
  size?: "sm" | "md";
  className?: string;
  "aria-label"?: string;
};

/** One of a short, known list. For long lists use `Combobox`. */
export function Select({ options, placeholder, className, id, size = "md", required, ...rest }: SelectProps) {
  const control = useFieldControl({ id, required });
  return (
    <Radix.Root required={control.required ?? false} {...rest}>
      <Radix.Trigger
        id={control.id}
        aria-describedby={control["aria-describedby"]}
        aria-invalid={control["aria-invalid"]}
        aria-label={rest["aria-label"]}
        className={cn(
          controlStyle,
          "flex items-center justify-between gap-2 px-2.5 text-start data-[placeholder]:text-subtle-foreground",
          size === "sm" ? "h-7 text-sm md:text-sm pointer-coarse:h-9" : "h-8 pointer-coarse:h-10",
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon asChild>
          <ChevronDown className="size-3.5 shrink-0 text-subtle-foreground" aria-hidden="true" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg bg-popover shadow-overlay data-[state=open]:animate-pop-in"
        >
          <Radix.ScrollUpButton className="grid h-6 place-items-center text-muted-foreground">
            <ChevronUp className="size-3.5" />
          </Radix.ScrollUpButton>
          <Radix.Viewport className="p-1">
            {options.map((option) =>
              "options" in option ? (
                <Radix.Group key={option.label}>
                  <Radix.Label className="px-2 pt-2 pb-1 text-xs font-medium text-subtle-foreground">
                    {option.label}
                  </Radix.Label>
                  {option.options.map((inner) => (
                    <Item key={inner.value} {...inner} />
                  ))}
                </Radix.Group>
              ) : (
                <Item key={option.value} {...option} />
              ),
            )}
          </Radix.Viewport>
          <Radix.ScrollDownButton className="grid h-6 place-items-center text-muted-foreground">
            <ChevronDown className="size-3.5" />
          </Radix.ScrollDownButton>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ value, label, description, icon, disabled }: SelectOption) {
  const id = useId();
  return (
    <Radix.Item
      value={value}
      disabled={disabled ?? false}
      aria-labelledby={description ? `${id}-label ${id}-description` : `${id}-label`}
      className="relative flex min-h-8 cursor-default select-none items-start gap-2 rounded-sm py-1.5 ps-2 pe-8 outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-accent pointer-coarse:min-h-10"
    >
      {icon && <span className="mt-0.5 text-muted-foreground [&_svg]:size-4">{icon}</span>}
      <span className="grid">
        <span id={`${id}-label`}>
          <Radix.ItemText>{label}</Radix.ItemText>
        </span>{" "}
        {description && (
          <span id={`${id}-description`} className="text-sm text-muted-foreground">
            {description}
          </span>
        )}
      </span>
      <Radix.ItemIndicator className="absolute end-2 top-2">
        <Check className="size-4 text-primary-text" aria-hidden="true" />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}
