"use client";

import { ImageOff, ImagePlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { imageUrlFault } from "#lib/text.ts";

type State = "none" | "loading" | "shown" | "broken";

const settleMs = 400;

/** The address of a picture with the picture beside it, or why there is none. */
export function ImageUrlField({
  label,
  value,
  onValueChange,
  onBlur,
  hint,
  error,
  placeholder = "https://",
  wide,
}: {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  onBlur?: () => void;
  hint?: ReactNode;
  error?: string[] | undefined;
  placeholder?: string;
  /** For pictures that are wider than high. */
  wide?: boolean;
}) {
  const t = useTranslations("content.image");
  const [src, setSrc] = useState("");
  const [state, setState] = useState<State>("none");

  useEffect(() => {
    const wanted = value.trim();
    const loads = imageUrlFault(wanted) === undefined;
    setState(loads ? "loading" : "none");
    const timer = setTimeout(() => setSrc(loads ? wanted : ""), settleMs);
    return () => clearTimeout(timer);
  }, [value]);

  return (
    <Field
      label={label}
      optional
      hint={state === "broken" ? <span className="text-warning">{t("broken")}</span> : hint}
      error={error}
    >
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <Input
            type="url"
            inputMode="url"
            dir="ltr"
            value={value}
            placeholder={placeholder}
            onBlur={onBlur}
            onChange={(event) => onValueChange(event.target.value)}
          />
        </div>
        <span
          className={`grid h-8 shrink-0 place-items-center overflow-hidden rounded-md border border-border bg-muted text-subtle-foreground pointer-coarse:h-10 [&_svg]:size-4 ${wide ? "w-16" : "w-8 pointer-coarse:w-10"}`}
        >
          {state === "broken" && <ImageOff aria-hidden="true" />}
          {state === "none" && <ImagePlus aria-hidden="true" />}
          {state === "loading" && <Spinner />}
          {src && (state === "loading" || state === "shown") && (
            <img
              key={src}
              src={src}
              alt={t("alt", { label })}
              referrerPolicy="no-referrer"
              onLoad={() => setState("shown")}
              onError={() => setState("broken")}
              className={state === "shown" ? "size-full object-cover" : "hidden"}
            />
          )}
        </span>
      </div>
    </Field>
  );
}
