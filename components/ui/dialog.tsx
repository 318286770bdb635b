"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { useFocusBack } from "./use-focus-back.ts";

export const scrimStyle =
  "fixed inset-0 z-40 bg-scrim data-[state=open]:animate-fade-in data-[state=closed]:animate-fade-out";

export const dialogStyle =
  "fixed z-50 flex max-h-[calc(100dvh-3rem)] flex-col bg-popover shadow-overlay outline-none inset-x-3 bottom-3 mx-auto rounded-xl sm:bottom-auto sm:top-[max(1.5rem,12vh)] data-[state=open]:animate-pop-in data-[state=closed]:animate-pop-out";

export type DialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** The button that opens it; leave out when `open` is held elsewhere. */
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. They stay in sight while the body scrolls. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
};

const widths = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl" };

/** A short task above the page. Escape and a press outside close it; focus comes back to what opened it. */
export function Dialog({ trigger, title, description, children, footer, size = "sm", ...rest }: DialogProps) {
  const t = useTranslations("ui");
  const focusBack = useFocusBack();
  return (
    <Radix.Root {...rest}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
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

/** The row of buttons. Put it inside your `<form>` when the form fills the dialog, with `-mx-5 -mb-5 mt-5`. */
export function DialogFooter({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cn(
        "flex shrink-0 flex-col-reverse gap-2 rounded-b-xl border-t border-border px-5 py-3 sm:flex-row sm:justify-end",
        className,
      )}
    >
      {children}
    </div>
  );
}

/** Closes the dialog around it: `<DialogClose><Button>Cancel</Button></DialogClose>`. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
