"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { scrimStyle } from "./dialog-frame.tsx";
import { useFocusBack } from "./use-focus-back.ts";

export type SheetProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  /** Keeps the title for assistive technology only. */
  hideTitle?: boolean;
  side?: "start" | "end";
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
};

/** A panel from the side: details beside a list, the menu on a phone. */
export function Sheet({
  trigger,
  title,
  description,
  hideTitle,
  side = "end",
  children,
  footer,
  className,
  ...rest
}: SheetProps) {
  const t = useTranslations("ui");
  const focusBack = useFocusBack();
  return (
    <Radix.Root {...rest}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className={scrimStyle} />
        <Radix.Content
          {...focusBack}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed inset-y-0 z-50 flex w-[min(28rem,calc(100vw-2.5rem))] flex-col bg-popover shadow-overlay outline-none",
            side === "start"
              ? "start-0 data-[state=closed]:animate-slide-out-start data-[state=open]:animate-slide-in-start"
              : "end-0 data-[state=closed]:animate-slide-out-end data-[state=open]:animate-slide-in-end",
            className,
          )}
        >
          <div className={cn("flex items-start gap-3 border-b border-border px-5 py-3.5", hideTitle && "sr-only")}>
            <div className="grid flex-1 gap-0.5">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description className="text-sm text-muted-foreground">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="icon-sm" aria-label={t("close")} className="-me-1.5">
                <X aria-hidden="true" />
              </Button>
            </Radix.Close>
          </div>
          <div className={cn("min-h-0 flex-1 overflow-y-auto", !hideTitle && "p-5")}>{children}</div>
          {footer && <div className="flex justify-end gap-2 border-t border-border px-5 py-3">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
