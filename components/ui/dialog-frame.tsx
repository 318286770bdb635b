import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export const scrimStyle =
  "fixed inset-0 z-40 bg-scrim data-[state=open]:animate-fade-in data-[state=closed]:animate-fade-out";

export const dialogStyle =
  "fixed z-50 flex max-h-[calc(100dvh-3rem)] flex-col bg-popover shadow-overlay outline-none inset-x-3 bottom-3 mx-auto rounded-xl sm:bottom-auto sm:top-[max(1.5rem,12vh)] data-[state=open]:animate-pop-in data-[state=closed]:animate-pop-out";

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
