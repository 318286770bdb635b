import "server-only";
import { Content } from "#lib/content/schema.ts";
import { AppError, invalid } from "#lib/errors.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { NewCampaign } from "./schema.ts";
import { restVariant, Translations, Variant } from "./variants-schema.ts";

/** All that a step can say: its content, the same in other languages, and variants of both. */
export interface StepContents {
  content: Content;
  translations?: Translations | undefined;
  variants?: Variant[] | undefined;
}

/** A step's contents as columns of its row. */
export function stepColumns({ content, translations, variants }: StepContents) {
  return {
    content,
    translations: (translations ?? {}) satisfies Prisma.InputJsonValue,
    variants: (variants ?? []) satisfies Prisma.InputJsonValue,
  };
}

/** The contents of a step's row; none of what it does not have. */
export function stepContents(row: { content: unknown; translations: unknown; variants: unknown }): StepContents {
  const translations = Translations.parse(row.translations ?? {});
  const variants = Variant.array().parse(row.variants ?? []);
  return {
    content: Content.parse(row.content),
    ...(Object.keys(translations).length > 0 && { translations }),
    ...(variants.length > 0 && { variants }),
  };
}

/**
 * What one message says.
 *
 * @param variant of the message; `restVariant` for who waited for the winner
 * @param locale of the subscriber
 * @param winner of the run's test, if one was chosen
 */
export function contentFor(step: StepContents, variant: number, locale: string | null, winner: number | null): Content {
  const chosen = step.variants?.[variant === restVariant ? (winner ?? 0) : variant] ?? step;
  return translationFor(chosen.translations, locale) ?? chosen.content;
}

/**
 * The best translation for a language tag, by RFC 4647 section 3.4: the tag itself, then the tag shortened from its end
 * (`de-AT` → `de`); for want of that one of the same language (`pt` → `pt-BR`).
 */
function translationFor(translations: Translations | undefined, locale: string | null): Content | undefined {
  if (!translations || !locale) return undefined;
  const known = Object.entries(translations).map(([tag, content]) => [tag.toLowerCase(), content] as const);
  const parts = locale.toLowerCase().split("-");
  for (let length = parts.length; length > 0; length--) {
    const found = known.find(([tag]) => tag === parts.slice(0, length).join("-"));
    if (found) return found[1];
  }
  return known.find(([tag]) => tag.split("-")[0] === parts[0])?.[1];
}

/** Every content that a step may send, with its path below the step: `content`, `variants.0.translations.de`, … */
export function allContents(step: StepContents): { path: string; content: Content }[] {
  const translated = (path: string, translations: Translations = {}) =>
    Object.entries(translations).map(([locale, content]) => ({ path: `${path}translations.${locale}`, content }));
  return [
    { path: "content", content: step.content },
    ...translated("", step.translations),
    ...(step.variants ?? []).flatMap((variant, index) => [
      { path: `variants.${index}.content`, content: variant.content },
      ...translated(`variants.${index}.`, variant.translations),
    ]),
  ];
}

/**
 * Refuses a test that cannot be: a winner among less than two variants, one that would be chosen before most of the
 * world was asked, or one among people who come one by one.
 *
 * @throws validation_error naming the field
 */
export function checkExperiment(
  { trigger, steps, options }: Pick<NewCampaign, "trigger" | "steps" | "options">,
  isDrip: boolean,
): void {
  const { experiment } = options;
  if (isDrip && experiment) throw invalid("options.experiment", "Not for what people walk through one by one.");
  if (!experiment) return;
  const isTest = experiment.testShare !== undefined && experiment.testShare < 1;
  if (!isTest) return;
  if (steps.length !== 1 || !steps[0]?.variants)
    throw invalid("options.experiment.testShare", "A test share needs two variants or more to choose from.");
  if (experiment.waitMinutes === undefined)
    throw invalid("options.experiment.waitMinutes", "Say how long to wait before the winner is chosen.");
  if (trigger.type === "one_time" && trigger.localAt !== undefined)
    throw new AppError("validation_error", "A winner cannot be chosen while most time zones still wait.", {
      fields: {
        "options.experiment.testShare": ["Not together with a local time: most people would not be asked yet."],
      },
    });
}
