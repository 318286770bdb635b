import { getTranslations } from "next-intl/server";
import { buttonStyle } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** Every page brings along what this needs in the browser: nothing. */
export default async function NotFound() {
  const t = await getTranslations("errors.notFound");
  return (
    <main className="grid min-h-[70dvh] place-items-center">
      <EmptyState
        wholePage
        title={t("title")}
        action={
          <a href="/" className={buttonStyle({ variant: "primary" })}>
            {t("home")}
          </a>
        }
      >
        {t("text")}
      </EmptyState>
    </main>
  );
}
