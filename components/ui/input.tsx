"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";

/** The frame that every text-like control shares. 16 px on phones, where smaller text makes the page zoom. */
export const controlStyle =
  "w-full rounded-md border border-input bg-background text-lg text-foreground transition-colors hover:border-subtle-foreground/60 focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-ring/35 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-muted disabled:text-muted-foreground disabled:hover:border-input [&[readonly]]:bg-muted aria-invalid:border-danger-solid aria-invalid:focus-visible:outline-danger-solid/35 md:text-base";

export type InputProps = Omit<ComponentProps<"input">, "prefix"> & {
  /** An icon or short text inside the start of the control. */
  prefix?: ReactNode;
  suffix?: ReactNode;
};

/** A one-line text control. */
export function Input({ className, prefix, suffix, type = "text", ...rest }: InputProps) {
  const control = useFieldControl(rest);
  const input = (
    <input
      type={type}
      {...rest}
      {...control}
      className={cn(controlStyle, "h-8 px-2.5 pointer-coarse:h-10", prefix && "ps-8", suffix && "pe-9", className)}
    />
  );
  if (!prefix && !suffix) return input;
  return (
    <div className="relative">
      {prefix && (
        <span className="pointer-events-none absolute inset-y-0 start-2.5 flex items-center text-subtle-foreground [&_svg]:size-4">
          {prefix}
        </span>
      )}
      {input}
      {suffix && (
        <span className="absolute inset-y-0 end-1.5 flex items-center text-sm text-subtle-foreground [&_svg]:size-4">
          {suffix}
        </span>
      )}
    </div>
  );
}
