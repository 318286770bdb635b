"use client";

import { ChevronsUpDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";
import { bring, whenNear } from "./late.ts";

type Parts = typeof import("./combobox-list.tsx");

// As with menus: the list's code is fetched when the pointer or the focus comes near.
let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import("./combobox-list.tsx");
}

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
  const button = useRef<HTMLButtonElement>(null);
  const control = useFieldControl({ id });
  const chosen = options.find((option) => option.value === value);
  return (
    <>
      {name && <input type="hidden" name={name} value={value ?? ""} />}
      <button
        ref={button}
        type="button"
        role="combobox"
        aria-expanded={open}
        aria-haspopup="listbox"
        aria-label={rest["aria-label"]}
        disabled={disabled}
        id={control.id}
        aria-describedby={control["aria-describedby"]}
        aria-invalid={control["aria-invalid"]}
        {...whenNear(load)}
        onClick={() => (open ? setOpen(false) : void bring(load).then(setOpen))}
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
      {open && parts && (
        <parts.ComboboxList
          button={button}
          options={options}
          value={value}
          label={rest["aria-label"] ?? placeholder ?? t("search")}
          searchPlaceholder={searchPlaceholder ?? t("search")}
          emptyText={emptyText ?? t("empty")}
          onChoose={(next) => {
            onValueChange(next);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
