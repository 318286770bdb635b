import { invalid } from "#lib/errors.ts";
import type { SiteSettings } from "#lib/sites/schema.ts";
import type { Options } from "./schema.ts";

type Categories = Pick<SiteSettings, "categories">;

/**
 * A campaign's category is one of its site's: people say on their preference page which of these they want.
 *
 * @param kept the campaign's own so far: a site that no longer has it stops nobody from changing the rest
 * @throws validation_error (field `options.category`)
 */
export function checkCategory({ category }: Options, settings: Categories, kept?: string): void {
  if (category === undefined || category === kept || has(settings, category)) return;
  const keys = settings.categories.map(({ key }) => key).join(", ");
  throw invalid("options.category", `The site has no such category. ${keys ? `It has: ${keys}.` : "It has none."}`);
}

/** Options for a copy, which takes no category along that the site has no longer. */
export function withoutLostCategory({ category, ...options }: Options, settings: Categories): Options {
  return category !== undefined && has(settings, category) ? { ...options, category } : options;
}

function has({ categories }: Categories, category: string): boolean {
  return categories.some(({ key }) => key === category);
}
