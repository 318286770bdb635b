"use client";

import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { Toaster as Sonner, toast as show } from "sonner";

/** Where toasts appear. Once, in the root layout. */
export function Toaster({ direction }: { direction: "ltr" | "rtl" }) {
  const { resolvedTheme } = useTheme();
  const t = useTranslations("ui.toast");
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position={direction === "rtl" ? "bottom-left" : "bottom-right"}
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

/** A short word on what just happened. Errors stay longer; `undo` puts it back. */
export const toast = {
  success: (title: string, more: { description?: string; undo?: { label: string; run: () => void } } = {}) =>
    show.success(title, {
      description: more.description,
      ...(more.undo && { duration: 8000, action: { label: more.undo.label, onClick: more.undo.run } }),
    }),
  error: (title: string, more: { description?: string } = {}) => show.error(title, { ...more, duration: 10_000 }),
  info: (title: string, more: { description?: string } = {}) => show.info(title, more),
};
