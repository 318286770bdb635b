/**
 * `{{name}}` and `{{name|fallback}}` in titles and messages. One pass: a value that itself contains `{{x}}` is never
 * expanded again, and only the listed names exist.
 */
const pattern = /\{\{\s*([a-zA-Z][\w.]*)\s*(?:\|([^{}]*))?\}\}/g;

/** The subscriber's own facts that content may use. */
export const subscriberVariables = ["name", "externalId", "country", "locale", "timezone"] as const;

/**
 * What occasions a message, beside its subscriber: a feed's new item or an event. It gives the content further variables, kept with the run
 * (`run.variables`) or the enrollment.
 */
export type Occasion = "item" | "event";

/** What a feed's item has. */
export const itemVariables = ["item.title", "item.description", "item.url", "item.image", "item.author"] as const;

/** Names used in a text, each once, in order of appearance. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
}

/**
 * Why a text's variables cannot work, in words, or undefined: an unclosed brace, or a name that does not exist.
 *
 * @param occasion of the campaign, if it has one: `item` knows `item.title` and the like, `event` any `event.<property>`
 */
export function variableFault(text: string, occasion?: Occasion): string | undefined {
  const rest = text.replace(pattern, "");
  if (rest.includes("{{") || rest.includes("}}"))
    return "A variable is not closed: write {{name}} or {{name|fallback}}.";
  const unknown = variablesOf(text).find((name) => !isKnown(name, occasion));
  if (unknown === undefined) return undefined;
  const more = occasion === "item" ? itemVariables : occasion === "event" ? ["event.<property>"] : [];
  return `Unknown variable {{${unknown}}}. Known: ${[...subscriberVariables, ...more].join(", ")} and attribute.<key>.`;
}

function isKnown(name: string, occasion: Occasion | undefined): boolean {
  if (name.startsWith("attribute.") || subscriberVariables.some((known) => known === name)) return true;
  if (occasion === "event") return name.startsWith("event.");
  return occasion === "item" && itemVariables.some((known) => known === name);
}

/** What a text that stands for itself, such as a template's, is written for: what its variables ask for. */
export function occasionIn(text: string): Occasion | undefined {
  const names = variablesOf(text);
  return (["item", "event"] as const).find((occasion) => names.some((name) => name.startsWith(`${occasion}.`)));
}

/** Whether a variable has a fallback wherever the text names it, so that no subscriber can miss a value. */
export function hasFallback(text: string, name: string): boolean {
  return [...text.matchAll(pattern)].every((match) => match[1] !== name || match[2] !== undefined);
}

/**
 * The text with what its occasion brings put in, as a real event or item would: the subscriber's own variables stay.
 *
 * @param values by name; braces in them are left out, so that none becomes a variable
 */
export function fillOccasion(
  text: string,
  values: Record<string, string | number | null | undefined>,
  occasion: Occasion | undefined,
): string {
  if (!occasion) return text;
  return text.replace(pattern, (whole: string, name: string) =>
    name.startsWith(`${occasion}.`) ? fillVariables(whole, values).replaceAll(/\{\{|\}\}/g, "") : whole,
  );
}

/**
 * The text with its variables replaced.
 *
 * @param values own keys only; empty and absent values fall back, and without a fallback become empty
 */
export function fillVariables(text: string, values: Record<string, string | number | null | undefined>): string {
  return text.replace(pattern, (_, name: string, fallback: string | undefined) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined || value === null || value === "" ? (fallback ?? "") : String(value);
  });
}
