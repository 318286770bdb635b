import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

/** A control's name. Inside a `Field` it is drawn for you. */
export function Label({ htmlFor, className, children, ...rest }: ComponentProps<"label"> & { htmlFor: string }) {
  return (
    <label htmlFor={htmlFor} className={cn("text-sm font-medium text-foreground", className)} {...rest}>
      {children}
    </label>
  );
}
