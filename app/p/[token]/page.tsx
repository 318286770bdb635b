import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PublicLayout } from "#components/frame/public-layout.tsx";
import { AppError } from "#lib/errors.ts";
import { readPreferenceToken } from "#lib/privacy/preference-link.ts";
import { getPersonView } from "#lib/privacy/preferences.ts";
import type { PersonView } from "#lib/privacy/schema.ts";
import { Kept } from "./kept.tsx";
import { PreferenceForm } from "./preference-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("preferences");
  // The address is a person's own: search engines must not keep it, and no other site learn it.
  return { title: t("title"), robots: { index: false, follow: false }, referrer: "no-referrer" };
}

/** Where a person sees what is kept of them and decides about it, by their own link and without signing in. */
export default async function PreferencesPage({ params }: PageProps<"/p/[token]">) {
  const [{ token }, t] = await Promise.all([params, getTranslations("preferences")]);
  const view = await viewOf(token);
  if (typeof view === "string")
    return (
      <PublicLayout>
        <h1 className="text-xl font-semibold">{t(`${view}.title`)}</h1>
        <p className="mt-2 text-muted-foreground">{t(`${view}.text`)}</p>
      </PublicLayout>
    );
  const brand = view.siteNames.join(", ");
  return (
    <PublicLayout brand={brand}>
      <div className="grid gap-8">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          <p className="text-muted-foreground">{t("text", { sites: brand || t("thisSender") })}</p>
        </div>
        <PreferenceForm
          token={token}
          isActive={view.isActive}
          isDeleted={view.isDeleted}
          pausedUntil={view.pausedUntil?.toISOString() ?? null}
          quietHours={view.quietHours}
          categories={view.categories}
        >
          <Kept view={view} />
        </PreferenceForm>
      </div>
    </PublicLayout>
  );
}

/** `wrong`: a link that is not ours, or not whole. `gone`: its person was erased. */
async function viewOf(token: string): Promise<PersonView | "wrong" | "gone"> {
  try {
    return await getPersonView(readPreferenceToken(token));
  } catch (error) {
    if (error instanceof AppError) return error.code === "not_found" ? "gone" : "wrong";
    throw error;
  }
}
