"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Input, type InputProps } from "./input.tsx";

/** A password control with a button that shows what was typed. */
export function PasswordInput(props: Omit<InputProps, "type" | "suffix" | "prefix">) {
  const t = useTranslations("ui.password");
  const [shown, setShown] = useState(false);
  return (
    <Input
      autoComplete="current-password"
      {...props}
      type={shown ? "text" : "password"}
      spellCheck={false}
      autoCapitalize="none"
      suffix={
        <button
          type="button"
          onClick={() => setShown(!shown)}
          aria-label={shown ? t("hide") : t("show")}
          aria-pressed={shown}
          className="grid size-6 place-items-center rounded-sm text-subtle-foreground hover:text-foreground"
        >
          {shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
        </button>
      }
    />
  );
}
