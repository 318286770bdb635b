"use client";

import { useFormStatus } from "react-dom";
import { Button, type ButtonProps } from "./button.tsx";

/** The submit button of a `<form action={…}>`: shows that the action runs and cannot be pressed twice. */
export function SubmitButton({ pending, variant = "primary", ...rest }: ButtonProps) {
  const form = useFormStatus();
  return <Button type="submit" variant={variant} pending={pending ?? form.pending} {...rest} />;
}
