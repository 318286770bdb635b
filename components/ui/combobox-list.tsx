"use client";

import { Command } from "cmdk";
import { Check } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import type { RefObject } from "react";
import { cn } from "./cn.ts";
import type { ComboboxOption } from "./combobox.tsx";
import { popoverStyle, useBesideButton } from "./popover-content.tsx";

/** The open list of a `Combobox`, hung on that one's own button. */
export function ComboboxList({
  button,
  options,
  value,
  label,
  searchPlaceholder,
  emptyText,
  onChoose,
  onClose,
}: {
  button: RefObject<HTMLButtonElement | null>;
  options: ComboboxOption[];
  value: string | null;
  label: string;
  searchPlaceholder: string;
  emptyText: string;
  onChoose: (value: string) => void;
  onClose: () => void;
}) {
  const besideButton = useBesideButton(button);
  const chosen = options.find((option) => option.value === value);
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={button} />
      <Radix.Portal>
        <Radix.Content
          {...besideButton}
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cn(popoverStyle, "w-(--radix-popover-trigger-width) min-w-60 overflow-hidden")}
        >
          <Command label={label} defaultValue={chosen?.label ?? ""} filter={matches}>
            <Command.Input
              placeholder={searchPlaceholder}
              className="h-9 w-full border-b border-border bg-transparent px-3 text-lg outline-none md:text-base"
            />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-4 text-center text-muted-foreground">{emptyText}</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.label}
                  keywords={[option.value, ...(option.keywords ?? [])]}
                  onSelect={() => onChoose(option.value)}
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

/**
 * Each typed word must stand in the name as it is typed; names in which one begins a word come first. Looser matching – its
 * letters somewhere, in order – buries what was meant under what was not.
 */
function matches(name: string, typed: string, keywords: string[] = []): number {
  const text = plain([name, ...keywords].join(" "));
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => text.split(/[\s/_.,()-]+/).some((part) => part.startsWith(word))) ? 1 : 0.5;
}

/** Without accents and in lower case. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
