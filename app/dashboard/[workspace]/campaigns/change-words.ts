import { useLocale, useTranslations } from "next-intl";

/** Names of a campaign's fields that have words. */
const named = [
  "name",
  "siteId",
  "trigger",
  "audience",
  "options",
  "title",
  "message",
  "url",
  "iconUrl",
  "imageUrl",
  "weight",
  "delayMinutes",
] as const;
const numbered = ["steps", "variants", "actions"] as const;

/** What a changed field is called: `steps.0.variants.1.content.title` is "Step 1 · Variant 2 · Title". */
export function useChangeWords(): (path: string) => string {
  const t = useTranslations("approvals.card.fields");
  const locale = useLocale();
  return (path) => {
    const words: string[] = [];
    const parts = path.split(".");
    for (let at = 0; at < parts.length; at++) {
      const [part = "", next] = [parts[at], parts[at + 1]];
      const list = numbered.find((each) => each === part);
      const field = named.find((each) => each === part);
      if (list && next !== undefined) words.push(t(list, { number: Number(next) + 1 }));
      else if (part === "translations" && next !== undefined)
        words.push(new Intl.DisplayNames(locale, { type: "language" }).of(next) ?? next);
      else if (part !== "content") words.push(field ? t(field) : spaced(part));
      if (list || part === "translations") at++;
    }
    return words.join(" · ");
  };
}

/** "ratePerMinute" → "Rate per minute" */
function spaced(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
