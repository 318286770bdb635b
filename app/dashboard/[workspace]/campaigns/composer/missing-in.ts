import type { useTranslations } from "next-intl";
import type { FieldErrors } from "#lib/errors.ts";
import type { CampaignDraft } from "./campaign-draft.ts";
import { contentAt, firstPlace, type Place, placesOf, prefixOf } from "./contents-draft.ts";
import { isTriggerField } from "./triggers/trigger-draft.ts";

/** What must still be written, for the list of checks; shown errors of fields stand at the fields. */
export function missingIn(
  draft: CampaignDraft,
  found: FieldErrors,
  t: ReturnType<typeof useTranslations<"campaigns.composer">>,
): string[] {
  const { title, message } = contentAt(draft, firstPlace);
  const missing = [
    ...(title.trim() === "" ? [t("missingTitle")] : []),
    ...(message.trim() === "" ? [t("missingMessage")] : []),
    ...Object.keys(found)
      .filter(saysItself)
      .flatMap((field) => found[field] ?? []),
  ];
  const told = new Set([
    ...Object.keys(found).filter(saysItself),
    ...(title.trim() === "" ? [`${prefixOf(draft, firstPlace)}title`] : []),
    ...(message.trim() === "" ? [`${prefixOf(draft, firstPlace)}message`] : []),
  ]);
  const others = Object.keys(found).filter((name) => !told.has(name)).length;
  // Two fields may lack the same.
  return [...new Set(missing), ...(others > 0 ? [t("wrongFields", { count: others })] : [])];
}

/** What is said of it can be understood away from its field. */
function saysItself(field: string): boolean {
  return isTriggerField(field) || field.startsWith("options.") || /^variants\.(weights|names)$/.test(field);
}

/** The first text with an error, where the one on the screen has none. */
export function wrongPlace(draft: CampaignDraft, found: FieldErrors, shown: Place): Place | undefined {
  const isWrong = (at: Place) =>
    ["title", "message"].some((field) => Object.hasOwn(found, `${prefixOf(draft, at)}${field}`));
  return isWrong(shown) ? undefined : placesOf(draft).find(isWrong);
}

/** After the errors are drawn. */
export function focusFirstError(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>("main :is([aria-invalid=true], [data-invalid])");
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: "center" });
  });
}
