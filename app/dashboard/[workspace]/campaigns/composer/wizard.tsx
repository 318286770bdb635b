"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";

export const stepNames = ["content", "preview", "audience"] as const;
export type StepName = (typeof stepNames)[number];

/** On a desk all parts are seen beside each other; below that, one after the other. */
export function StepBar({ step, onStep }: { step: StepName; onStep: (step: StepName) => void }) {
  const t = useTranslations("campaigns.composer");
  return (
    <nav aria-label={t("steps")} className="mb-5 lg:hidden">
      <ol className="grid grid-cols-3 gap-2">
        {stepNames.map((name, index) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => onStep(name)}
              aria-current={name === step ? "step" : undefined}
              className="grid w-full gap-1.5 rounded-sm pt-2 text-start text-sm text-muted-foreground aria-[current]:font-medium aria-[current]:text-foreground"
            >
              <span className={cn("h-1 rounded-full", index <= stepNames.indexOf(step) ? "bg-primary" : "bg-muted")} />
              {t(`step.${name}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function Step({
  name,
  current,
  label,
  className,
  children,
}: {
  name: StepName;
  current: StepName;
  /** Without one it is no landmark: what is in it names itself. */
  label?: string;
  className?: string;
  children: ReactNode;
}) {
  const look = cn("min-w-0", name !== current && "max-lg:hidden", className);
  if (!label) return <div className={look}>{children}</div>;
  return (
    <section aria-label={label} className={look}>
      {children}
    </section>
  );
}

/** Back and next on a phone, and on the last step what the page is for. */
export function StepFooter({
  step,
  onStep,
  children,
}: {
  step: StepName;
  onStep: (step: StepName) => void;
  children: ReactNode;
}) {
  const t = useTranslations("campaigns.composer");
  const index = stepNames.indexOf(step);
  const [back, next] = [stepNames[index - 1], stepNames[index + 1]];
  const go = (name: StepName) => {
    onStep(name);
    window.scrollTo({ top: 0 });
  };
  return (
    <div className="sticky bottom-0 z-10 -mx-4 mt-8 -mb-6 flex flex-wrap justify-end gap-2 border-t border-border bg-background px-4 py-3 md:-mx-8 md:px-8 lg:hidden">
      {back && (
        <Button className="me-auto" onClick={() => go(back)}>
          {t("back")}
        </Button>
      )}
      {next ? (
        <Button variant="primary" onClick={() => go(next)}>
          {t("next")}
        </Button>
      ) : (
        children
      )}
    </div>
  );
}
