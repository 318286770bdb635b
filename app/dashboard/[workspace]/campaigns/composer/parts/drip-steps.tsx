"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { enrolledChoices, maxSteps } from "#lib/campaigns/limits.ts";
import { fillVariables } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft } from "../campaign-draft.ts";
import { contentAt, firstPlace, newContents } from "../contents-draft.ts";
import { moveStep, stepsOf } from "../step-drafts.ts";
import { WaitField } from "../triggers/wait-field.tsx";

/** The steps that people walk, in order; the chosen one's content is what the page edits and previews. */
export function DripSteps({
  draft,
  onChange,
  onLeave,
  errors,
  isOn,
}: {
  draft: CampaignDraft;
  onChange: (part: Partial<CampaignDraft>) => void;
  onLeave: (field: string) => void;
  errors: FieldErrors;
  /** People may be inside. */
  isOn: boolean;
}) {
  const t = useTranslations("campaigns.drip");
  const steps = stepsOf(draft);
  const show = (list: typeof steps, place: number) =>
    onChange({ ...(list[place]?.contents ?? newContents()), steps: list, stepAt: place });
  return (
    <section aria-label={t("steps")} className="grid gap-3">
      <h2 className="text-base font-semibold">{t("steps")}</h2>
      <ol className="grid gap-2">
        {steps.map((step, index) => {
          const number = index + 1;
          const isChosen = index === draft.stepAt;
          const title = fillVariables(contentAt(step.contents, firstPlace).title, {}).trim() || t("stepUntitled");
          const error = errors[`steps.${index}`];
          return (
            <li
              key={step.id}
              className={cn(
                "grid gap-2 rounded-lg border p-3",
                isChosen ? "border-primary bg-primary-soft/40" : "border-border bg-card",
              )}
            >
              <div className="flex items-start gap-2">
                <button
                  type="button"
                  aria-current={isChosen ? "step" : undefined}
                  className="min-w-0 flex-1 rounded-sm text-start"
                  onClick={() => show(steps, index)}
                >
                  <span className="block text-sm text-muted-foreground">{t("step", { number })}</span>
                  <span className="block truncate font-medium">{title}</span>
                </button>
                <div className="flex shrink-0">
                  <Button
                    size="icon-sm"
                    variant="ghost"
                    disabled={index === 0}
                    aria-label={t("stepUp", { number })}
                    onClick={() => show(moveStep(steps, index, -1), index - 1)}
                  >
                    <ArrowUp aria-hidden="true" />
                  </Button>
                  <Button
                    size="icon-sm"
                    variant="ghost"
                    disabled={index === steps.length - 1}
                    aria-label={t("stepDown", { number })}
                    onClick={() => show(moveStep(steps, index, 1), index + 1)}
                  >
                    <ArrowDown aria-hidden="true" />
                  </Button>
                  <Button
                    size="icon-sm"
                    variant="ghost"
                    disabled={steps.length === 1}
                    aria-label={t("stepRemove", { number })}
                    onClick={() => {
                      const rest = steps.filter((each) => each.id !== step.id);
                      show(rest, Math.min(draft.stepAt > index ? draft.stepAt - 1 : draft.stepAt, rest.length - 1));
                    }}
                  >
                    <X aria-hidden="true" />
                  </Button>
                </div>
              </div>
              <Field
                label={t(index > 0 ? "stepWait" : draft.trigger.type === "welcome" ? "firstWait" : "firstWaitEvent")}
                error={errors[`steps.${index}.wait`]}
              >
                <WaitField
                  label={t("step", { number })}
                  value={step.wait}
                  onChange={(wait) =>
                    onChange({ steps: steps.map((each) => (each === step ? { ...each, wait } : each)) })
                  }
                  onLeave={() => onLeave(`steps.${index}.wait`)}
                />
              </Field>
              {error && !isChosen && (
                <p role="alert" className="text-sm text-danger">
                  {error.join(" ")}
                </p>
              )}
            </li>
          );
        })}
      </ol>
      {steps.length < maxSteps && (
        <Button
          size="sm"
          className="justify-self-start"
          onClick={() =>
            show(
              [...steps, { id: crypto.randomUUID(), wait: { value: "1", unit: "days" }, contents: newContents() }],
              steps.length,
            )
          }
        >
          <Plus aria-hidden="true" />
          {t("stepAdd")}
        </Button>
      )}
      {isOn && (
        <Field label={t("enrolled")}>
          <RadioGroup
            aria-label={t("enrolled")}
            value={draft.enrolled}
            onValueChange={(value) =>
              onChange({ enrolled: enrolledChoices.find((each) => each === value) ?? "finish" })
            }
            options={enrolledChoices.map((value) => ({
              value,
              label: t(`enrolledChoice.${value}`),
              description: t(`enrolledText.${value}`),
            }))}
          />
        </Field>
      )}
      <h3 className="border-border border-t pt-4 font-medium">{t("contentOf", { number: draft.stepAt + 1 })}</h3>
    </section>
  );
}
