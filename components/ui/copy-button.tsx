"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { toast } from "./toast.tsx";

/** Puts `text` on the clipboard and says so. With children it is a labelled button, else an icon. */
export function CopyButton({
  text,
  label,
  children,
  size,
  variant = "ghost",
  ...rest
}: ButtonProps & {
  text: string;
  /** What is copied, for the icon's name: "Copy API key". */
  label?: string;
}) {
  const t = useTranslations("ui.copy");
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Refused (no permission, or a page without TLS): the text is still there to be marked by hand.
      toast.error(t("failed"));
    }
  };

  return (
    <Button
      variant={variant}
      size={size ?? (children ? "sm" : "icon-sm")}
      onClick={copy}
      aria-label={children ? undefined : (label ?? t("copy"))}
      {...rest}
    >
      {copied ? <Check className="text-success" aria-hidden="true" /> : <Copy aria-hidden="true" />}
      {children && (copied ? t("copied") : children)}
      <span role="status" className="sr-only">
        {copied ? t("copied") : ""}
      </span>
    </Button>
  );
}
