"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useId } from "react";
import { cn } from "./cn.ts";
import { Label } from "./label.tsx";

type FieldLink = { id: string; describedBy: string | undefined; invalid: boolean; required: boolean };

const FieldContext = createContext<FieldLink | null>(null);

type ControlProps = {
  id?: string | undefined;
  required?: boolean | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | "true" | "false" | "grammar" | "spelling" | undefined;
};

/** The attributes that tie a control to the `Field` around it; what the control was given itself wins. */
export function useFieldControl(own: ControlProps): ControlProps {
  const field = useContext(FieldContext);
  if (!field) return own;
  return {
    id: own.id ?? field.id,
    required: own.required ?? (field.required || undefined),
    "aria-describedby": own["aria-describedby"] ?? field.describedBy,
    "aria-invalid": own["aria-invalid"] ?? (field.invalid || undefined),
  };
}

export type FieldProps = {
  label: ReactNode;
  /** One line below the control that helps before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong and how to mend it; several are listed. Replaces the hint. */
  error?: string | string[] | undefined;
  required?: boolean;
  /** Says "optional" beside the label: use it where most fields are required. */
  optional?: boolean;
  /** Sits at the end of the label's line: a counter, a link. */
  aside?: ReactNode;
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
};

/** Label, control, hint and error as one, wired for assistive technology. The control inside needs no id. */
export function Field({ label, hint, error, required, optional, aside, hideLabel, className, children }: FieldProps) {
  const t = useTranslations("ui.field");
  const id = useId();
  const errors = [error ?? []].flat();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = errors.length > 0 ? errorId : hint ? hintId : undefined;

  return (
    <FieldContext value={{ id, describedBy, invalid: errors.length > 0, required: required ?? false }}>
      <div className={cn("grid content-start gap-1.5", className)}>
        <div className={cn("flex items-baseline justify-between gap-3", hideLabel && !aside && "sr-only")}>
          <Label htmlFor={id} className={hideLabel ? "sr-only" : undefined}>
            {/* The space keeps the words apart where the label is read out. */}
            {label} {optional && <span className="ms-0.5 font-normal text-subtle-foreground">{t("optional")}</span>}
          </Label>
          {aside && <div className="text-xs text-muted-foreground">{aside}</div>}
        </div>
        {children}
        {errors.length > 0 ? (
          <div id={errorId} role="alert" className="flex gap-1.5 text-sm text-danger">
            <CircleAlert className="mt-0.75 size-3.5 shrink-0" aria-hidden="true" />
            <div>
              {errors.map((text) => (
                <p key={text}>{text}</p>
              ))}
            </div>
          </div>
        ) : (
          hint && (
            <p id={hintId} className="text-sm text-muted-foreground">
              {hint}
            </p>
          )
        )}
      </div>
    </FieldContext>
  );
}
