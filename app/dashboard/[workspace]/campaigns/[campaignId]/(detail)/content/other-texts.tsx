import { getLocale, getTranslations } from "next-intl/server";
import { Card, Facts } from "#components/ui/card.tsx";
import type { Campaign } from "#lib/campaigns/schema.ts";
import type { Content } from "#lib/content/schema.ts";

/** What the campaign says besides its content: variants, and languages of each. Nothing when that is all. */
export async function OtherTexts({ step }: { step: Campaign["steps"][number] }) {
  const [t, locale] = await Promise.all([getTranslations("campaigns.content"), getLocale()]);
  const languages = new Intl.DisplayNames(locale, { type: "language" });
  const translated = (name: string, translations: Record<string, Content> = {}) =>
    Object.entries(translations).map(([tag, content]) => ({
      label: [name, languages.of(tag) ?? tag].filter(Boolean).join(", "),
      content,
    }));
  const texts = step.variants
    ? step.variants.flatMap(({ name, weight, content, translations }) => [
        { label: t("variant", { name, weight }), content },
        ...translated(name, translations),
      ])
    : translated("", step.translations);
  if (texts.length === 0) return null;
  return (
    <Card title={t("others")} description={t("othersText")}>
      <Facts
        facts={texts.map(({ label, content }) => ({
          label,
          value: (
            <>
              <span className="font-medium">{content.title}</span>
              <br />
              <span className="whitespace-pre-line text-muted-foreground">{content.message}</span>
            </>
          ),
        }))}
      />
    </Card>
  );
}
