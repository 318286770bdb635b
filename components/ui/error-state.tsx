"use client";

import { CircleX } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

/** Something could not be shown: what happened, what is safe, what to do. */
export function ErrorState({
  title,
  children,
  retry,
  action,
  reference,
  className,
}: {
  title?: ReactNode;
  /** What is safe ("Nothing was sent.") and what to do. */
  children?: ReactNode;
  retry?: () => void;
  action?: ReactNode;
  /** The error's number in the logs, to quote when asking for help. */
  reference?: string | undefined;
  className?: string;
}) {
  const t = useTranslations("errors");
  return (
    <div role="alert" className={cn("mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center", className)}>
      <div className="mb-4 grid size-10 place-items-center rounded-lg border border-danger-border bg-danger-soft text-danger">
        <CircleX className="size-5" aria-hidden="true" />
      </div>
      <h2 className="text-lg font-semibold">{title ?? t("title")}</h2>
      <div className="mt-1 text-pretty text-muted-foreground">{children ?? t("text")}</div>
      {(retry || action) && (
        <div className="mt-5 flex flex-wrap items-center justify-center gap-2">
          {retry && (
            <Button variant="primary" onClick={retry}>
              {t("retry")}
            </Button>
          )}
          {action}
        </div>
      )}
      {reference && (
        <p className="mt-5 text-xs text-subtle-foreground">
          {t("reference")} <code className="font-mono select-all">{reference}</code>
        </p>
      )}
    </div>
  );
}
