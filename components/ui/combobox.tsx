"use client";

import { Command } from "cmdk";
import { Check, ChevronsUpDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Popover as Radix } from "radix-ui";
import { useState } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";
import { popoverStyle } from "./popover.tsx";

export type ComboboxOption = { value: string; label: string; description?: string; keywords?: string[] };

export type ComboboxProps = {
  options: ComboboxOption[];
  value: string | null;
  onValueChange: (value: string) => void;
  name?: string;
  placeholder?: string;
  searchPlaceholder?: string;
  emptyText?: string;
  disabled?: boolean;
  id?: string;
  className?: string;
  "aria-label"?: string;
};

/** One of many, found by typing: time zones, sites, countries. */
export function Combobox({
  options,
  value,
  onValueChange,
  name,
  placeholder,
  searchPlaceholder,
  emptyText,
  disabled,
  id,
  className,
  ...rest
}: ComboboxProps) {
  const t = useTranslations("ui.combobox");
  const [open, setOpen] = useState(false);
  const control = useFieldControl({ id });
  const chosen = options.find((option) => option.value === value);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      {name && <input type="hidden" name={name} value={value ?? ""} />}
      <Radix.Trigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          aria-haspopup="listbox"
          aria-label={rest["aria-label"]}
          disabled={disabled}
          id={control.id}
          aria-describedby={control["aria-describedby"]}
          aria-invalid={control["aria-invalid"]}
          className={cn(
            controlStyle,
            "flex h-8 items-center justify-between gap-2 px-2.5 text-start pointer-coarse:h-10",
            className,
          )}
        >
          <span className={cn("truncate", !chosen && "text-subtle-foreground")}>
            {chosen?.label ?? placeholder ?? t("placeholder")}
          </span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-subtle-foreground" aria-hidden="true" />
        </button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={rest["aria-label"] ?? placeholder ?? t("search")}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cn(popoverStyle, "w-(--radix-popover-trigger-width) min-w-60 overflow-hidden")}
        >
          <Command label={rest["aria-label"] ?? placeholder ?? t("search")} defaultValue={chosen?.label ?? ""}>
            <Command.Input
              placeholder={searchPlaceholder ?? t("search")}
              className="h-9 w-full border-b border-border bg-transparent px-3 text-lg outline-none md:text-base"
            />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-4 text-center text-muted-foreground">
                {emptyText ?? t("empty")}
              </Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.label}
                  keywords={[option.value, ...(option.keywords ?? [])]}
                  onSelect={() => {
                    onValueChange(option.value);
                    setOpen(false);
                  }}
                  className="flex min-h-8 items-center gap-2 rounded-sm px-2 py-1 data-[selected=true]:bg-accent pointer-coarse:min-h-10"
                >
                  <span className="min-w-0 flex-1 truncate">{option.label}</span>
                  {option.description && (
                    <span className="shrink-0 text-sm text-muted-foreground">{option.description}</span>
                  )}
                  {option.value === value && <Check className="size-4 text-primary-text" aria-hidden="true" />}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
