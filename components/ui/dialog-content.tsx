"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import type { DialogProps } from "./dialog.tsx";
import { DialogFooter, dialogStyle, scrimStyle } from "./dialog-frame.tsx";
import { useFocusBack } from "./use-focus-back.ts";

const widths = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl" };

/** What a `Dialog` draws once it has been opened. */
export function DialogContent({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = "sm",
}: Omit<DialogProps, "trigger"> & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("ui");
  const focusBack = useFocusBack();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrimStyle} />
        <Radix.Content
          {...focusBack}
          className={cn(dialogStyle, widths[size])}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="grid flex-1 gap-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && <Radix.Description className="text-muted-foreground">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="icon-sm" aria-label={t("close")} className="-me-1.5">
                <X aria-hidden="true" />
              </Button>
            </Radix.Close>
          </div>
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>}
          {footer && <DialogFooter>{footer}</DialogFooter>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function DialogClose({ children }: { children: ReactNode }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
