"use client";

import { Check, ChevronDown, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import type { StepState } from "./install-live.ts";

const marks: Record<StepState, string> = {
  done: "border-transparent bg-success-solid text-background",
  problem: "border-warning-border bg-warning-soft text-warning",
  open: "border-border bg-muted text-muted-foreground",
};

/** One step of the checklist. What was done when the page opened starts folded; nothing folds under one's hands. */
export function Step({
  number,
  state,
  title,
  children,
}: {
  number: number;
  state: StepState;
  title: string;
  children: ReactNode;
}) {
  const t = useTranslations("sites.install");
  const id = useId();
  const [open, setOpen] = useState(state !== "done");
  return (
    <li className="rounded-lg border border-border bg-card">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-3 rounded-lg px-4 py-3 text-start focus-visible:-outline-offset-2"
        >
          <span
            aria-hidden="true"
            className={cn(
              "grid size-6 shrink-0 place-items-center rounded-full border text-xs font-semibold tabular-nums transition-colors [&_svg]:size-3.5",
              marks[state],
            )}
          >
            {state === "done" ? <Check strokeWidth={3} /> : state === "problem" ? <TriangleAlert /> : number}
          </span>
          <span className="min-w-0 flex-1 text-base font-semibold">{title}</span>
          <span
            role="status"
            className={cn(
              "text-sm",
              state === "done" ? "text-success" : state === "problem" ? "text-warning" : "sr-only",
            )}
          >
            {t(state)}
          </span>
          <ChevronDown
            aria-hidden="true"
            className={cn("size-4 shrink-0 text-subtle-foreground transition-[rotate]", open && "rotate-180")}
          />
        </button>
      </h2>
      <div id={id} hidden={!open} className="px-4 pb-4 sm:ps-13">
        {children}
      </div>
    </li>
  );
}
