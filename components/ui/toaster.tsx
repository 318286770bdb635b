"use client";

import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import { Toaster as Sonner, toast } from "sonner";
import type { Toast } from "./toast.tsx";

/** Draws toasts. Loaded with the first one; `waiting` are those that came before it was there. */
export function Toaster({
  direction,
  take,
}: {
  direction: "ltr" | "rtl";
  take: (show: (toast: Toast) => void) => () => void;
}) {
  const { resolvedTheme } = useTheme();
  const t = useTranslations("ui.toast");

  useEffect(() => take((one) => show({ ...one, title: one.title ?? t("notLoaded") })), [take, t]);

  // At the bottom of a phone are the buttons of pages and dialogs.
  const [isNarrow, setNarrow] = useState(false);
  useEffect(() => {
    const query = window.matchMedia("(width < 40rem)");
    const read = () => setNarrow(query.matches);
    read();
    query.addEventListener("change", read);
    return () => query.removeEventListener("change", read);
  }, []);

  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position={isNarrow ? "top-center" : direction === "rtl" ? "bottom-left" : "bottom-right"}
      // Below the top bar.
      mobileOffset={{ top: 56 }}
      dir={direction}
      gap={8}
      containerAriaLabel={t("region")}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-start font-sans gap-2.5 rounded-lg bg-popover px-3.5 py-3 text-base text-foreground shadow-overlay sm:w-88 [&_[data-icon]]:mt-0.5 [&_[data-icon]_svg]:size-4",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "text-sm text-muted-foreground",
          actionButton: "shrink-0 rounded-sm px-1.5 font-medium text-primary-text hover:underline",
          cancelButton: "shrink-0 rounded-sm px-1.5 text-muted-foreground",
          success: "[&_[data-icon]]:text-success",
          error: "[&_[data-icon]]:text-danger",
          warning: "[&_[data-icon]]:text-warning",
          info: "[&_[data-icon]]:text-info",
        },
      }}
    />
  );
}

const shortMs = 4000;
const undoMs = 8000;
const errorMs = 10_000;

function show({ tone, title, description, undo }: Toast & { title: string }): void {
  toast[tone](title, {
    description,
    duration: undo ? undoMs : tone === "error" ? errorMs : shortMs,
    ...(undo && { action: { label: undo.label, onClick: undo.run } }),
  });
}
